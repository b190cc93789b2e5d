from drf_spectacular.views import SpectacularSwaggerSplitView


class Docs(SpectacularSwaggerSplitView):
    """The schema made readable; its scripts and styles come from this server."""

    url_name = "api-schema"
    template_name = "api/docs.html"
