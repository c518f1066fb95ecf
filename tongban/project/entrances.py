"""What does the portal offer beside the catalogue? The rooms' pages that everybody may need, and where to apply."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tongban.casework import doors
from tongban.catalogue import entrances
from tongban.catalogue.entrances import Entrance
from tongban.web import navigation
from tongban.web.navigation import Entry, Side


def install() -> None:
    navigation.install(
        side=Side.PUBLIC,
        entries=[
            Entry(_("首页"), "catalogue:home"),
            Entry(_("办事指南"), "catalogue:matters"),
        ],
    )
    entrances.install(
        start="casework:start",
        kept="harmony:agreements",
        rules="harmony:recognition",
        counts="certificates:counts",
        door=doors.door,
        entrances=[
            Entrance(_("我的办件"), _("接着填草稿，看各项办到哪一步、在等什么。"), "casework:applications"),
            Entrance(_("查询进度"), _("不用登录，凭申请编号和查询码就能看到进度。"), "casework:look_up"),
            Entrance(_("我的证照"), _("已经发给您的电子证照，可以下载、打印、出示。"), "certificates:wallet"),
            Entrance(
                _("我的信用"), _("失信记录的来源和修复，历年纳税信用级别，跨省迁移带走了什么。"), "casework:my_credit"
            ),
            Entrance(_("证照核验"), _("输入证照标识或者上传证照文件，当场核验真伪。"), "certificates:verify"),
            Entrance(
                _("我的证照在这里算数吗？"),
                _("在别处取得的证照，在这里能免交哪些材料、能直接做什么。"),
                "certificates:counts",
            ),
        ],
    )
