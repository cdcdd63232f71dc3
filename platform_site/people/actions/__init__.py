"""Every write over people: persons and their roles, teams, tokens, service accounts, and signing in."""

from platform_site.people.actions.access_requests import approve_access as approve_access
from platform_site.people.actions.access_requests import expire_access_requests as expire_access_requests
from platform_site.people.actions.access_requests import reject_access as reject_access
from platform_site.people.actions.access_requests import withdraw_access as withdraw_access
from platform_site.people.actions.persons import create_user as create_user
from platform_site.people.actions.persons import set_active as set_active
from platform_site.people.actions.persons import set_powers as set_powers
from platform_site.people.actions.persons import set_roles as set_roles
from platform_site.people.actions.persons import set_teams as set_teams
from platform_site.people.actions.service_accounts import change_service_account as change_service_account
from platform_site.people.actions.service_accounts import create_service_account as create_service_account
from platform_site.people.actions.teams import change_team as change_team
from platform_site.people.actions.teams import create_team as create_team
from platform_site.people.actions.tokens import digest_of as digest_of
from platform_site.people.actions.tokens import issue_token as issue_token
from platform_site.people.actions.tokens import make_token as make_token
from platform_site.people.actions.tokens import note_expired as note_expired
from platform_site.people.actions.tokens import note_use as note_use
from platform_site.people.actions.tokens import revoke_token as revoke_token
