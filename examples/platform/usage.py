"""What accounts pay for: projects, deployments by the month's budget, builds by credits."""

# mypy: allow-untyped-decorators
from __future__ import annotations

from typing import Annotated

import httpx
import msgspec

from examples.identity.tables import new_id
from examples.platform.billing import active_subscription, no_plan
from examples.platform.errors import (
    STANDARD,
    CreditsDepleted,
    FeatureCheckFailed,
    PlanRequired,
    ProRequired,
)
from examples.platform.models import Account, Build, Deployment, Project
from examples.platform.plans import BUILD_CREDITS, PLANS
from examples.platform.service import Service
from examples.platform.text import Image, Name
from examples.platform.untyped import F, transaction

Forbidden = STANDARD[403]


class ProjectRequest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name


class DeploymentRequest(msgspec.Struct, forbid_unknown_fields=True):
    image: Image
    preview: bool = False


class BuildRequest(msgspec.Struct, forbid_unknown_fields=True):
    commit: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{7,40}\Z")]


class ProjectView(msgspec.Struct):
    id: str
    name: str


class DeploymentView(msgspec.Struct):
    id: str
    image: str
    cents: int


class BuildView(msgspec.Struct):
    id: str
    commit: str
    credits_left: int


class _Feature(msgspec.Struct):
    """What the service of feature flags answers."""

    enabled: bool


def create_project(service: Service, account: Account, name: str) -> ProjectView:
    """Makes a project, on a plan."""
    missing = PlanRequired(f'The project "{name}" was not created: the account has no plan.')
    active_subscription(account, service.now(), missing)
    project = Project.objects.create(id=new_id("proj"), account=account, name=name)
    return ProjectView(project.id, project.name)


def deploy(service: Service, account: Account, wanted: DeploymentRequest) -> DeploymentView:
    """Runs an image, if the month's budget has room for what it costs."""
    subscription = active_subscription(account, service.now(), no_plan())
    plan = PLANS[subscription.plan]
    if wanted.preview:
        if not plan.has_previews:
            raise ProRequired("Preview deployments need the Pro subscription.")
        _verify_feature(service, account, "previews")
    cents = plan.deployment_cents
    service.guards.budget.spend(cents, limit=subscription.spend_limit, account=account.id)
    made = Deployment.objects.create(
        id=new_id("dep"), account=account, image=wanted.image, is_preview=wanted.preview, cents=cents
    )
    return DeploymentView(made.id, made.image, made.cents)


def _verify_feature(service: Service, account: Account, feature: str) -> None:
    """Asks the service of feature flags. Whatever it says that is no answer, leaves the question open."""
    if not service.settings.flags_url:
        return
    try:
        answer = service.http.get(f"{service.settings.flags_url}/features/{feature}/{account.id}")
        found = msgspec.json.decode(answer.raise_for_status().content, type=_Feature)
    except (httpx.HTTPError, msgspec.MsgspecError) as error:
        raise FeatureCheckFailed(
            "Whether preview deployments are available could not be determined."
        ) from error
    if not found.enabled:
        raise Forbidden("Preview deployments are not available to this account yet.")


@transaction.atomic
def build(account: Account, wanted: BuildRequest) -> BuildView:
    """Makes an image, for credits that were bought before."""
    enough = Account.objects.filter(pk=account.id, credits__gte=BUILD_CREDITS)
    is_paid = enough.update(credits=F("credits") - BUILD_CREDITS)
    account.refresh_from_db()
    if not is_paid:
        raise CreditsDepleted(
            f"The credit balance is {account.credits}, and the build costs {BUILD_CREDITS} credits."
        )
    made = Build.objects.create(id=new_id("build"), account=account, commit=wanted.commit)
    return BuildView(made.id, made.commit, account.credits)
