"""Typing that meets the end of a session: kept until its person has signed in again and stored it, never lost.

With JavaScript every field of a report is saved as it is left and this is not needed; without it a page of texts
is posted at once, and the sign-in page would swallow it. The page of a part shows what is kept in its own fields;
for the other pages ``request.kept`` holds it, to be read and copied.
"""

from urllib.parse import urlsplit

from django.http import Http404
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.parts import Part
from reports.round_forms import REASON
from reports.typist import KEY, typist_of
from reports.views.lookups import own_report_or_404, report_or_404

MOST = 300_000  # characters of one page; more is no page of ours
PATHS = 8
REPORT = ("report", "read", "read_part")
SHOWN_ON = {  # name of the address whose posts are kept: names of those that show it to be copied
    "section": REPORT,
    "step": REPORT,
    "decide": ("sent", "decide", "note"),
    "note": ("sent", "decide", "note"),
    "ask_time": ("ask_time",),
    "ask_back": ("ask_back",),
    "petition": ("petition", "petitions"),
    "mail": ("mail",),
    "wording": ("wording",),
    "reasons": ("reasons",),
    "open_period": ("open_period",),
    "exempt": ("exempt",),
    "compose": ("workshop",),
    "ask_figure": ("ask_figure",),
    "question": ("question", "questions"),
}
OWN_PAGE = ("section", "compose")  # their page shows what is kept in its own fields
SHOWING = {name for names in SHOWN_ON.values() for name in names}


class KeptTypingMiddleware:
    """Puts what a signed-out person posts into their new session, and forgets it when they have stored it.

    Stands before the sign-in and runs after the CSRF check, so nobody else's page can put words there.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if getattr(request, "may_store_kept", False) and _stored(response):
            kept = request.session[KEY]
            del kept[request.path]
            request.session[KEY] = kept
        return response

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.url_name
        if request.method == "POST" and name in SHOWN_ON and not request.user.is_authenticated:
            _keep(request)
        elif name in SHOWN_ON.keys() | SHOWING and request.session.get(KEY) and request.user.is_authenticated:
            own = request.session[KEY].get(request.path, {}).get("person") == str(request.user.pk)
            request.may_store_kept = own and request.method == "POST"
            request.kept = list(_to_copy(request))


def _stored(response) -> bool:
    """Every page of ours leads on when it has stored; only a step that is refused leads back to the reading page."""
    return response.status_code == 302 and resolve(urlsplit(response.url).path).url_name != "read"


def _keep(request):
    person = typist_of(request.POST)
    typed = {name: request.POST[name] for name in request.POST if name != "csrfmiddlewaretoken"}
    if not person or sum(len(name) + len(text) for name, text in typed.items()) > MOST:
        return
    kept = {path: page for path, page in request.session.get(KEY, {}).items() if path != request.path}
    kept[request.path] = {"person": person, "typed": typed, "at": timezone.now().isoformat()}
    request.session[KEY] = dict(list(kept.items())[-PATHS:])


def _to_copy(request):
    """What of this person's is kept for the page that is being opened: its address, and [(label, text)]."""
    here = request.resolver_match
    for path, page in request.session[KEY].items():
        match = resolve(path)
        same = all(here.kwargs.get(name, value) == value for name, value in match.kwargs.items() if name != "part")
        if page["person"] == str(request.user.pk) and here.url_name in SHOWN_ON[match.url_name] and same:
            texts = texts_of(match, request.user, page["typed"])
            if texts:
                yield {"path": path if match.url_name in OWN_PAGE else "", "texts": texts}


def texts_of(match, user, posted) -> list[tuple[str, str]]:
    """[(label, text)] of what people write on the page with the address ``match``; what our pages do not know is left
    out, and so is everything of a report that ``user`` may not see.
    """
    try:
        if match.url_name == "section":
            found = _of_part(own_report_or_404(user, match.kwargs["period"], match.kwargs["body"]), match, posted)
        elif match.url_name == "decide":
            found = _of_return(report_or_404(user, match.kwargs["period"], match.kwargs["body"]), posted)
        elif match.url_name == "open_period":
            found = _of_round(posted)
        else:
            found = _of_words(posted)
        return [(label, text) for label, text in found if text.strip()]
    except (Http404, LookupError, ValueError):
        return []


def _of_part(report, match, posted):
    word = match.kwargs["part"]
    part = Part(report, None if word == "chung" else int(word))
    return [(part.label(name), part.shown(name, text)) for name, text in part.posted(posted).items() if text]


def _of_return(report, posted):
    for name in posted:
        field, dash, row = name.partition("-")
        if dash and field in ("reason", "words"):
            yield _place(report, posted.get(f"place-{row}", ""), row), posted[name]
    yield from _of_words(posted)


def _place(report, place, row):
    label = _("Điểm cần sửa") + f" {row}"
    word, bar, name = place.partition("|")
    if not bar:
        return label
    part = Part(report, None if word == "chung" else int(word))
    return f"{label} – {part.place_of(name if part.has(name) else '')}"


def _of_round(posted):
    yield _("Tên kỳ đột xuất"), posted.get("title", "")
    for name in posted:
        code = name.removeprefix(REASON)
        if code != name:
            yield _("Lý do miễn %s") % code, posted[name]


def _of_words(posted):
    labels = {"note": _("Lý do"), "reason": _("Lý do"), "until": _("Đến hết ngày"), "answer": _("Trả lời")}
    labels |= {"return_by": _("Sửa và gửi lại đến hết ngày")}
    labels |= {"subject": _("Tiêu đề"), "text": _("Nội dung")}
    return [(label, posted[name]) for name, label in labels.items() if name in posted]
