from django.urls import include, path

from outcomes.pages import diary, lab_imports, medications, people, queries
from outcomes.pages.access import access
from outcomes.pages.addresses import PATIENT, document_pages
from outcomes.pages.alerts import alert_acknowledge, alert_list
from outcomes.pages.comparables import comparables
from outcomes.pages.comparison import exports, filing, recovery
from outcomes.pages.comparison.follow_up import follow_up
from outcomes.pages.comparison.methods import methods
from outcomes.pages.comparison.published import published
from outcomes.pages.comparison.timing import timing
from outcomes.pages.contact import contact, lost
from outcomes.pages.diary_request import diary_request
from outcomes.pages.drafts import draft
from outcomes.pages.examiners import examiners
from outcomes.pages.history import document_history, patient_history
from outcomes.pages.home import home
from outcomes.pages.invitations import invitations
from outcomes.pages.language import set_language
from outcomes.pages.notices import notices
from outcomes.pages.patient import patient
from outcomes.pages.patients import patients
from outcomes.pages.phone.joining import join
from outcomes.pages.phone.worker import worker as phone_worker
from outcomes.pages.summary import summary, summary_pdf
from outcomes.pages.worklist import worklist

urlpatterns = [
    path("", home, name="home"),
    path("administration/", include("outcomes.pages.administration.urls")),
    path("comparison/", timing, name="comparison"),
    path("comparison/follow-up/", follow_up, name="comparison-follow-up"),
    path("comparison/figure.csv", exports.figure_csv, name="comparison-figure-csv"),
    path("comparison/figure.png", exports.figure_png, name="comparison-figure-png"),
    path("comparison/figure.svg", exports.figure_svg, name="comparison-figure-svg"),
    path("comparison/files/", filing.ask, name="comparison-ask-file"),
    path("comparison/files/<uuid:job_id>/", filing.one, name="comparison-file"),
    path(
        "comparison/files/<uuid:job_id>/progress/", filing.progress, name="comparison-file-progress"
    ),
    path("comparison/methods/", methods, name="comparison-methods"),
    path("comparison/report.pdf", exports.report, name="comparison-report"),
    path("comparison/recovery/", recovery.recovery, name="comparison-recovery"),
    path("comparison/recovery/progress/", recovery.progress, name="comparison-recovery-progress"),
    path("comparison/published/", published, name="comparison-published"),
    path("examiners/", examiners, name="examiners"),
    path("notices/", notices, name="notices"),
    path("join/", join, name="join"),
    path("lab-imports/", lab_imports.of_site, name="lab-imports"),
    path("lab-imports/<uuid:id>/", lab_imports.one, name="lab-import"),
    path("lab-imports/<uuid:id>/progress/", lab_imports.progress, name="lab-import-progress"),
    path("lab-imports/<uuid:id>/refused/", lab_imports.refused, name="lab-import-refused"),
    path("i18n/language/", set_language, name="set_language"),
    path("my/", include("outcomes.pages.phone.urls")),
    path("sw.js", phone_worker, name="phone-worker"),
    path("today/", worklist, name="worklist"),
    path("patients/", patients, name="patients"),
    path("patients/new/", people.enrol, name="patient-new"),
    path(PATIENT, patient, name="patient"),
    path(f"{PATIENT}edit/", people.edit, name="patient-change"),
    path(f"{PATIENT}following/", people.following, name="patient-following"),
    path(f"{PATIENT}team/", people.team, name="patient-team"),
    path(f"{PATIENT}invitations/", invitations, name="patient-invitations"),
    path(f"{PATIENT}access/", access, name="patient-access"),
    path(f"{PATIENT}comparables/", comparables, name="patient-comparables"),
    path(f"{PATIENT}summary/", summary, name="patient-summary"),
    path(f"{PATIENT}summary.pdf", summary_pdf, name="patient-summary-pdf"),
    path(f"{PATIENT}history/", patient_history, name="patient-history"),
    path(f"{PATIENT}history/<uuid:record_id>/", document_history, name="document-history"),
    path(f"{PATIENT}alerts/", alert_list, name="alert-list"),
    path(f"{PATIENT}alerts/<uuid:id>/", alert_acknowledge, name="alert-acknowledge"),
    path(f"{PATIENT}medications/start/", medications.start, name="medication-start"),
    path(f"{PATIENT}medications/<uuid:id>/dose/", medications.change_dose, name="medication-dose"),
    path(f"{PATIENT}medications/<uuid:id>/stop/", medications.stop, name="medication-stop"),
    path(f"{PATIENT}medications/<uuid:id>/give/", medications.give, name="medication-give"),
    path(f"{PATIENT}diary/", diary.diary, name="diary"),
    path(f"{PATIENT}diary/new/", diary.new, name="diary-new"),
    path(f"{PATIENT}diary/paper/", diary.paper, name="diary-paper"),
    path(f"{PATIENT}diary/<uuid:id>/error/", diary.in_error, name="diary-error"),
    path(f"{PATIENT}queries/", queries.listed, name="query-list"),
    path(f"{PATIENT}queries/<uuid:id>/answer/", queries.answer, name="query-answer"),
    path(f"{PATIENT}labs/import/", lab_imports.of_patient, name="lab-import-new"),
    path(f"{PATIENT}contact/", contact, name="contact"),
    path(f"{PATIENT}lost/", lost, name="lost"),
    path(f"{PATIENT}diary/request/", diary_request, name="diary-request"),
    path("drafts/", draft, name="draft-enrol"),
    path(f"{PATIENT}drafts/", draft, name="draft"),
    *document_pages(),
]
