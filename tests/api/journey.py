"""Signs up, in, on and out with the client that openapi-python-client has generated: `journey.py URL ADDRESS PASSWORD`."""

import sys

from client import AuthenticatedClient, Client
from client.api.default import change_me, confirm_registration, get_me, login, logout, refresh, register
from client.models import Confirmation, Login, ProfileChange, Problem, RefreshToken, Registration

from mailed import code_of

url, email, password = sys.argv[1:]
anybody = Client(base_url=url)
register.sync(client=anybody, body=Registration(email=email, password=password, display_name="Py"))
answer = confirm_registration.sync_detailed(client=anybody, body=Confirmation(email=email, password=password, code=code_of(url, email)))
assert answer.status_code == 204, answer
refused = login.sync(client=anybody, body=Login(email=email, password="wrong"))
assert isinstance(refused, Problem) and refused.type_ == "urn:problem-type:vestibule:sign-in-refused", refused
tokens = login.sync(client=anybody, body=Login(email=email, password=password))
first = tokens.refresh_token
tokens = refresh.sync(client=anybody, body=RefreshToken(refresh_token=first))
assert tokens.refresh_token != first
caller = AuthenticatedClient(base_url=url, token=tokens.access_token)
assert get_me.sync(client=caller).display_name == "Py"
assert change_me.sync(client=caller, body=ProfileChange(display_name="Pya")).display_name == "Pya"
assert logout.sync_detailed(client=caller).status_code == 204
assert get_me.sync(client=caller).type_ == "urn:problem-type:vestibule:token-refused"
print("   the Python client signed up, in and out")
