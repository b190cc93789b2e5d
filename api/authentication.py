from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed


class BearerToken(TokenAuthentication):
    """`Authorization: Bearer …`. Expired tokens are refused in the one query that finds them."""

    def authenticate_credentials(self, token):  # type: ignore[no-untyped-def]
        try:
            token.decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed from None
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token) -> bool:  # type: ignore[no-untyped-def]
        return bool(auth_token.expiry and auth_token.expiry < timezone.now())


class WebSession(SessionAuthentication):
    """The web session. What names its author (`X-Regain-User`) goes through in no other's session.

    A phone sends what was noted earlier; meanwhile somebody else may have signed in on it.
    """

    def authenticate(self, request):  # type: ignore[no-untyped-def]
        found = super().authenticate(request)
        if found is None:
            return None
        me = str(found[0].pk)
        return found if request.headers.get("X-Regain-User", me) == me else None
