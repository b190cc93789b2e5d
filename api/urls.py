from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from api.docs import Docs, Schema
from api.views.alerts import AlertAcknowledgement, AlertDetail, AlertList
from api.views.care import CareTeam, CareTeamMemberDetail
from api.views.cohort import CohortComparison, ComparisonFigure
from api.views.cohort_computed import CohortComputed
from api.views.cohort_exports import (
    ComparisonDictionary,
    ComparisonExport,
    ComparisonFile,
)
from api.views.cohort_flow import CohortFlow
from api.views.comparables import PatientComparables
from api.views.diary import DiaryDetail, DiaryList
from api.views.documents import detail_view, list_view
from api.views.lab_imports import (
    LabImportDetail,
    LabImportRows,
    LabImports,
    PatientLabImports,
)
from api.views.medication import MedicationSafety
from api.views.missing import Missing
from api.views.notices import Notices
from api.views.people import Me, PatientDetail, Patients
from api.views.queries import Queries, QueryAnswer
from api.views.reading import Doses, Figures, Literature, Timeline
from api.views.warning_signs import WarningSigns
from api.views.worklist import Schedule, WorkList
from outcomes.kinds import BY_PATH, DOSE, KINDS

PATIENT = "patients/<uuid:patient_id>/"
VISITS = BY_PATH["visits"]

documents = [
    path(f"{PATIENT}{kind.path}/", list_view(kind).as_view(), name=f"api-{kind.path}")
    for kind in KINDS
] + [
    path(f"{PATIENT}{kind.path}/<uuid:id>/", detail_view(kind).as_view(), name=f"api-{kind.name}")
    for kind in KINDS
    if kind is not VISITS
]

urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    path("me/", Me.as_view(), name="api-me"),
    path("notices/", Notices.as_view(), name="api-notices"),
    path("patients/", Patients.as_view(), name="api-patients"),
    path(PATIENT, PatientDetail.as_view(), name="api-patient"),
    *documents,
    path(
        f"{PATIENT}medications/<uuid:course_id>/doses/",
        Doses.as_view(),
        name="api-medication-doses",
    ),
    path(
        f"{PATIENT}medications/<uuid:course_id>/doses/<uuid:id>/",
        detail_view(DOSE).as_view(),
        name="api-dose",
    ),
    path(f"{PATIENT}queries/", Queries.as_view(), name="api-queries"),
    path("queries/<uuid:id>/answer/", QueryAnswer.as_view(), name="api-query-answer"),
    path("visits/<uuid:id>/", detail_view(VISITS).as_view(), name="api-visit"),
    path(f"{PATIENT}diary/", DiaryList.as_view(), name="api-diary"),
    path(f"{PATIENT}warning-signs/", WarningSigns.as_view(), name="api-warning-signs"),
    path("diary/<uuid:id>/", DiaryDetail.as_view(), name="api-diary-entry"),
    path(f"{PATIENT}alerts/", AlertList.as_view(), name="api-alerts"),
    path("alerts/<uuid:id>/", AlertDetail.as_view(), name="api-alert"),
    path(
        "alerts/<uuid:id>/acknowledgement/",
        AlertAcknowledgement.as_view(),
        name="api-alert-acknowledgement",
    ),
    path(
        f"{PATIENT}medication-safety/",
        MedicationSafety.as_view(),
        name="api-medication-safety",
    ),
    path("worklist/", WorkList.as_view(), name="api-worklist"),
    path(f"{PATIENT}schedule/", Schedule.as_view(), name="api-schedule"),
    path(f"{PATIENT}timeline/", Timeline.as_view(), name="api-timeline"),
    path(f"{PATIENT}figures/<slug:name>/", Figures.as_view(), name="api-figure"),
    path(f"{PATIENT}lab-imports/", PatientLabImports.as_view(), name="api-lab-imports-of-patient"),
    path("lab-imports/", LabImports.as_view(), name="api-lab-imports"),
    path("lab-imports/<uuid:id>/", LabImportDetail.as_view(), name="api-lab-import"),
    path("lab-imports/<uuid:id>/rows/", LabImportRows.as_view(), name="api-lab-import-rows"),
    path("literature/", Literature.as_view(), name="api-literature"),
    path(f"{PATIENT}care-team/", CareTeam.as_view(), name="api-care-team"),
    path(
        f"{PATIENT}care-team/<str:username>/",
        CareTeamMemberDetail.as_view(),
        name="api-care-team-member",
    ),
    path(f"{PATIENT}comparables/", PatientComparables.as_view(), name="api-patient-comparables"),
    path("cohort/comparison/", CohortComparison.as_view(), name="api-comparison"),
    path("cohort/comparison/flow/", CohortFlow.as_view(), name="api-comparison-flow"),
    path(
        "cohort/comparison/figures/<slug:figure>/",
        ComparisonFigure.as_view(),
        name="api-comparison-figure",
    ),
    path("cohort/comparison/computed/", CohortComputed.as_view(), name="api-comparison-computed"),
    path("exports/comparison/", ComparisonExport.as_view(), name="api-export-comparison"),
    path(
        "exports/comparison/dictionary/",
        ComparisonDictionary.as_view(),
        name="api-export-dictionary",
    ),
    path("exports/jobs/<uuid:job_id>/", ComparisonFile.as_view(), name="api-export-job"),
    path("<path:rest>", csrf_exempt(Missing.as_view()), name="api-missing"),
]
