from django.contrib.auth import views as auth
from django.urls import path

from platform_site.people.views import access_requests, account, passwords, people, provider, service_accounts, sign_in

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="login"),
    path("login/provider/", provider.away, name="provider_away"),
    path("login/provider/back/", provider.back, name="provider_back"),
    path("logout/", sign_in.SignOut.as_view(), name="logout"),
    path("password/", sign_in.NewPassword.as_view(), name="password_change"),
    path("password/reset/<uidb64>/<token>/", passwords.NewPasswordByLink.as_view(), name="password_by_link"),
    path("password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("account/", account.account, name="account"),
    path("account/tokens/", account.token_list, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", account.revoke, name="revoke_token"),
    path("account/access-requests/", access_requests.access_request_list, name="access_requests"),
    path("account/access-requests/<int:pk>/<str:decision>/", access_requests.decide, name="access_request_decide"),
    path("account/sign-ins/", passwords.sign_in_list, name="sign_ins"),
    path("account/people/", people.person_list, name="people"),
    path("account/services/", service_accounts.service_account_list, name="service_accounts"),
    path("account/services/<str:name>/", service_accounts.service_account, name="service_account"),
    path("account/services/<str:name>/change/", service_accounts.change, name="service_account_change"),
]
