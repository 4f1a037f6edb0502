"""Who and what the sample project is about: words that its tables share."""

from __future__ import annotations

from xl_collab.model.words import t

PROJECT = t("智能台灯L1新产品上市", "L1 smart desk lamp launch")
SUPERIOR = t("总经理*", "General manager*")
OVERSEER = t("分管副总*", "Vice president*")

MKT = t("市场部", "Marketing")
RD = t("研发部", "R&D")
PROD = t("生产部", "Production")
SALES = t("销售部", "Sales")
ADMIN = t("行政部", "Administration")
HR = t("人力资源部", "Human Resources")
