from django.core.management.base import BaseCommand

from reports.reviewing import screen_missing, unscreened


class Command(BaseCommand):
    help = "Count what needs an officer's eyes in sendings from before this was done at sending; safe to repeat."

    def handle(self, *args, **options):
        self.stdout.write(f"Đã rà soát {screen_missing(unscreened())} bản gửi.")
