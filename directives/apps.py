from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "directives"
    verbose_name = "Văn bản, cơ quan, chỉ tiêu"
    default_auto_field = "django.db.models.BigAutoField"
