"""Making a select field on Cloud: the field, its options, its place on screens and in projects."""

from fastapi import APIRouter, Request, Response

from phasewise.sandbox.answers import RefusedError, answer, body_of, nothing
from phasewise.sandbox.catalogue import SELECT
from phasewise.sandbox.desk import Desk
from phasewise.sandbox.model import Field, Option
from phasewise.sandbox.routes_fields import context_of, custom_field, field_json


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    if desk.world.cloud:
        _make(desk, router)
    return router


def _make(desk: Desk, router: APIRouter) -> None:
    world = desk.world

    def admin(request: Request) -> None:
        if not desk.named_caller(request).is_admin:
            raise RefusedError(403, "Only Jira administrators can do this.")

    @router.post("/rest/api/{version}/field")
    async def make(request: Request) -> Response:
        admin(request)
        asked = await body_of(request)
        if asked.get("type") != SELECT or not asked.get("name"):
            raise RefusedError(400, "The sandbox makes select fields with a name only.")
        number = world.next_id()
        field_id = f"customfield_{number}"
        schema = {"type": "option", "custom": SELECT, "customId": int(number)}
        name = str(asked["name"])
        world.add_field(
            Field(field_id, name, schema, (f"cf[{number}]", name), searchable=bool(asked.get("searcherKey")))
        )
        return answer(field_json(world.fields[field_id], cloud=True), 201)

    @router.post("/rest/api/{version}/field/{field}/context/{context}/option")
    async def add_options(request: Request) -> Response:
        admin(request)
        field = custom_field(desk, request.path_params["field"])
        if request.path_params["context"] != context_of(field):
            raise RefusedError(404, "The context was not found.")
        made = []
        for one in (await body_of(request)).get("options") or []:
            option = Option(str(world.next_id()), str(one["value"]), bool(one.get("disabled")))
            if option.name in {known.name for known in field.options.values()}:
                raise RefusedError(400, f"{option.name} is already an option of this field.")
            field.options[option.id] = option
            made.append({"id": option.id, "value": option.name, "disabled": option.disabled})
        world.meta_version += 1
        return answer({"options": made})

    @router.post("/rest/api/{version}/screens/addToDefault/{field}")
    async def show(request: Request) -> Response:
        admin(request)
        custom_field(desk, request.path_params["field"])
        return answer({})

    @router.put("/rest/api/{version}/field/association")
    async def associate(request: Request) -> Response:
        admin(request)
        asked = await body_of(request)
        for one in asked.get("associationContexts") or []:
            if str(one.get("identifier")) not in world.spaces:
                raise RefusedError(404, "The project was not found.")
        return nothing(204)
