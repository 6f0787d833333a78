"""The back office for master data: administrators only. Figures and reports are not here on purpose."""

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from .models import Body, BodyLink, Directive, Holiday, LeadTerm, Obligation, Reorganisation, Target, User


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "last_name", "first_name", "role", "body", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("body",)
    search_fields = ("username", "first_name", "last_name", "email", "body__name")
    autocomplete_fields = ("body",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Người dùng"), {"fields": ("last_name", "first_name", "email", "phone", "role", "body")}),
        (_("Hiệu lực"), {"fields": ("is_active", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "last_name",
                    "first_name",
                    "email",
                    "phone",
                    "role",
                    "body",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")
    actions = ("forget_second_factor",)

    @admin.action(description=_("Xóa xác thực hai lớp (mất điện thoại); người dùng phải thiết lập lại"))
    def forget_second_factor(self, request, people):
        """A lost telephone must not be a lost account; the next sign-in asks to set up a new one."""
        Authenticator.objects.filter(user__in=people).delete()
        for person in people:
            self.log_change(request, person, "second factor removed")
        self.message_user(request, _("Đã xóa xác thực hai lớp của các tài khoản được chọn."))


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    list_display = ("position", "name", "short_name", "kind", "valid_from", "valid_to")
    list_display_links = ("name",)
    list_filter = ("kind",)
    search_fields = ("code", "name", "short_name")
    readonly_fields = ("founded_by", "ended_by")


@admin.register(BodyLink)
class BodyLinkAdmin(admin.ModelAdmin):
    """Here a share of a split is typed that was not known on the day."""

    list_display = ("predecessor", "successor", "kind", "on", "share")
    list_filter = ("kind",)
    list_select_related = ("predecessor", "successor")
    search_fields = ("predecessor__name", "successor__name")
    autocomplete_fields = ("predecessor", "successor")
    readonly_fields = ("reorganisation",)


@admin.register(LeadTerm)
class LeadTermAdmin(admin.ModelAdmin):
    list_display = ("body", "valid_from", "valid_to", "place")
    list_select_related = ("body",)
    autocomplete_fields = ("body",)
    readonly_fields = ("begun_by", "ended_by")


class ToRead(admin.ModelAdmin):
    """Rows that are made elsewhere and never changed here."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Reorganisation)
class ReorganisationAdmin(ToRead):
    list_display = ("title", "on", "by", "at")
    list_select_related = ("by",)
    search_fields = ("title", "note")


@admin.register(Target)
class TargetAdmin(ToRead):
    """National targets come from their data file, with the instrument that sets them."""

    list_display = ("code", "year", "value", "at_least", "source")
    list_filter = ("year",)


@admin.register(Directive)
class DirectiveAdmin(admin.ModelAdmin):
    list_display = ("number", "kind", "issued_on", "issuer", "valid_to")
    search_fields = ("code", "number", "title")
    filter_horizontal = ("implements",)


@admin.register(Obligation)
class ObligationAdmin(admin.ModelAdmin):
    list_display = ("title", "directive", "due_rule", "due_day", "due_month")
    list_select_related = ("directive",)
    filter_horizontal = ("legal_basis",)


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    """Public holidays and made-up days, corrected here when the year's announcement comes."""

    list_display = ("day", "name", "working", "note", "by_hand")
    list_display_links = ("day", "name")
    list_filter = ("working", "by_hand")
    search_fields = ("name", "note")
    date_hierarchy = "day"

    def get_readonly_fields(self, request, obj=None):
        """A day moved to another date would leave the old date to the data file, which would bring it back."""
        return ("day", "by_hand") if obj else ("by_hand",)

    def save_model(self, request, obj, form, change):
        """What an administrator writes is no longer the data file's: loading again leaves it alone."""
        obj.by_hand = obj.by_hand or form.has_changed()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request, obj=None):
        """A day of the data file would come back with the next load: it is ticked as worked instead."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.by_hand)
