"""Prints what builds of this checkout need: of the link that .ci/install makes, and of a wheel."""

from __future__ import annotations

from build import ProjectBuilder
from build.env import DefaultIsolatedEnv

with DefaultIsolatedEnv() as env:
    builder = ProjectBuilder.from_isolated_env(env, ".")
    needed = set(builder.build_system_requires)
    env.install(needed)
    for distribution in ("editable", "wheel"):
        needed |= builder.get_requires_for_build(distribution)
print("\n".join(sorted(needed)))
