"""What stands in the navigation? Each room's pages, shown to whom they serve."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as lazy

from tongban.people import acting
from tongban.people.roles import Role
from tongban.web import navigation
from tongban.web.navigation import Entry, Side


def install() -> None:
    navigation.install(
        side=Side.STAFF,
        entries=[
            Entry(lazy("工作台"), "casework:work", "home", on_duty(*Role)),
            Entry(lazy("待受理"), "casework:intake", "inbox", on_duty(Role.CLERK)),
            Entry(lazy("窗口收件"), "counter:window", "person", on_duty(Role.CLERK)),
            Entry(lazy("预审"), "casework:pre_reviews", "file", on_duty(Role.CLERK, Role.SUPERVISOR)),
            Entry(lazy("窗口调阅"), "certificates:ask", "certificate", on_duty(Role.CLERK)),
            Entry(lazy("待办"), "casework:tasks", "list", on_duty(Role.REVIEWER)),
            Entry(lazy("承诺核查"), "casework:commitments", "check", on_duty(Role.REVIEWER)),
            Entry(lazy("证照管理"), "certificates:managed", "file", on_duty(Role.REVIEWER)),
            Entry(lazy("证照变化"), "casework:doubted", "alert", on_duty(Role.REVIEWER)),
            Entry(lazy("事后抽查"), "casework:spot_checks", "check", on_duty(Role.REVIEWER, Role.SUPERVISOR)),
            Entry(lazy("公开抽取"), "casework:hold_draw", "list", on_duty(Role.SUPERVISOR)),
            Entry(lazy("标准与差异"), "harmony:todo", "check", on_duty(Role.STEWARD)),
            Entry(lazy("时限总览"), "casework:overview", "clock", on_duty(Role.SUPERVISOR)),
            Entry(lazy("效能监察"), "casework:supervision", "alert", on_duty(Role.SUPERVISOR)),
            Entry(lazy("办理指标"), "insight:figures", "chart", on_duty(Role.SUPERVISOR)),
            Entry(lazy("节点往来"), "exchange:exchange", "globe", on_duty(Role.ADMINISTRATOR)),
            Entry(lazy("国家上报"), "exchange:reports", "list", on_duty(Role.SUPERVISOR, Role.ADMINISTRATOR)),
            Entry(
                lazy("部门系统"), "systems:systems", "list", on_duty(Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR)
            ),
            Entry(
                lazy("代岗"),
                "people:stand_ins",
                "person",
                on_duty(Role.CLERK, Role.REVIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR),
            ),
        ],
    )
    navigation.install(
        side=Side.PUBLIC,
        entries=[
            Entry(lazy("我的办件"), "casework:applications"),
            Entry(lazy("我的证照"), "certificates:wallet"),
            Entry(lazy("查询进度"), "casework:look_up"),
            Entry(lazy("证照核验"), "certificates:verify"),
            Entry(lazy("工作台"), "casework:work", visible=on_duty(*Role)),
        ],
    )
    navigation.install(
        side=Side.FOOTER,
        entries=[
            Entry(lazy("同事同标批次"), "catalogue:batches"),
            Entry(lazy("合作协议"), "catalogue:agreements"),
            Entry(lazy("互认规则"), "catalogue:recognition"),
            Entry(lazy("文书核验"), "casework:verify_document"),
            Entry(lazy("办理指标"), "insight:figures"),
        ],
    )


def on_duty(*roles: Role) -> Callable[[HttpRequest], bool]:
    """Return whether the reader holds one of these duties today."""

    def visible(request: HttpRequest) -> bool:
        actor = acting.reader(request)
        return actor is not None and any(actor.has(role) for role in roles)

    return visible
