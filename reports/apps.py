from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Kỳ báo cáo, báo cáo, tổng hợp"
    default_auto_field = "django.db.models.BigAutoField"
