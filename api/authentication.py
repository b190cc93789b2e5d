from django.utils import timezone
from knox.auth import TokenAuthentication
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
