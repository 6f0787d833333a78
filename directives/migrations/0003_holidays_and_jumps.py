from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directives", "0002_cache_table")]

    operations = [
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "day",
                    models.DateField(
                        error_messages={"unique": "Ngày này đã có trong bảng; hãy sửa dòng đang có."},
                        unique=True,
                        verbose_name="ngày",
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="tên")),
                (
                    "working",
                    models.BooleanField(
                        default=False,
                        help_text="Đánh dấu khi ngày này vẫn làm việc: ngày cuối tuần làm bù, hoặc ngày mà năm đó không được nghỉ.",
                        verbose_name="làm việc",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="ghi chú")),
                ("by_hand", models.BooleanField(default=True, editable=False, verbose_name="nhập hoặc sửa tay")),
            ],
            options={
                "verbose_name": "ngày nghỉ, ngày làm bù",
                "verbose_name_plural": "ngày nghỉ, ngày làm bù",
                "ordering": ["day"],
            },
        ),
        migrations.AddField(
            model_name="indicator",
            name="jump_percent",
            field=models.PositiveSmallIntegerField(default=30, verbose_name="đột biến: trên (%)"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="jump_least",
            field=models.PositiveIntegerField(default=5, verbose_name="đột biến: ít nhất (đơn vị tính)"),
        ),
    ]
