"""Cut GitHub's own GraphQL schema down to what the fake answers.

    npm pack @octokit/graphql-schema@15.26.1 && tar xzf octokit-graphql-schema-*.tgz
    python -m fakes.github.subset_graphql package/schema.graphql

Run it in tests/. It writes schema.graphql.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLScalarType,
    build_ast_schema,
    parse,
)

HERE = Path(__file__).parent
SCALARS = {"String", "Int", "Boolean", "ID", "Float"}
COMMENT = "id databaseId author body url isMinimized minimizedReason viewerCanMinimize"
KEPT = {
    "Query": "id viewer node nodes repository",
    "Mutation": "minimizeComment unminimizeComment",
    "User": "id databaseId login",
    "Bot": "id databaseId login",
    "Actor": "login",
    "Node": "id",
    "Minimizable": "isMinimized minimizedReason viewerCanMinimize",
    "IssueComment": COMMENT,
    "PullRequestReviewComment": COMMENT,
    "IssueCommentConnection": "nodes pageInfo totalCount",
    "PullRequest": "id number title state isDraft baseRefName baseRefOid headRefName headRefOid "
    "isCrossRepository author comments",
    "PullRequestConnection": "nodes pageInfo totalCount",
    "PageInfo": "hasNextPage endCursor hasPreviousPage startCursor",
    "Repository": "id databaseId nameWithOwner pullRequest pullRequests",
    "MinimizeCommentInput": "clientMutationId subjectId classifier",
    "MinimizeCommentPayload": "clientMutationId minimizedComment",
    "UnminimizeCommentInput": "clientMutationId subjectId",
    "UnminimizeCommentPayload": "clientMutationId unminimizedComment",
}
WHOLE = {"ReportedContentClassifiers", "PullRequestState", "URI", "GitObjectID"}


def main(source: str) -> None:
    """Write the subset of the schema in the file `source`."""
    document = parse(Path(source).read_text(), no_location=True)
    whole = build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)
    types = [written(whole.type_map[name]) for name in sorted(KEPT.keys() | WHOLE)]
    (HERE / "schema.graphql").write_text("\n\n".join(types) + "\n")


def written(kind: Any) -> str:
    """A type in GraphQL's words, without prose and without what is left out."""
    if isinstance(kind, GraphQLScalarType):
        return f"scalar {kind.name}"
    if isinstance(kind, GraphQLEnumType):
        return "\n".join([f"enum {kind.name} {{", *(f"  {name}" for name in kind.values), "}"])
    fields = [f"  {name}{field(kind.fields[name])}" for name in KEPT[kind.name].split()]
    return "\n".join([f"{headed(kind)} {{", *fields, "}"])


def headed(kind: Any) -> str:
    """The first line of a type, with the interfaces that are kept."""
    if isinstance(kind, GraphQLInputObjectType):
        return f"input {kind.name}"
    kept = [one.name for one in kind.interfaces if one.name in KEPT]
    word = "interface" if isinstance(kind, GraphQLInterfaceType) else "type"
    return f"{word} {kind.name}" + (f" implements {' & '.join(kept)}" if kept else "")


def field(described: Any) -> str:
    """What follows a field's name: the arguments whose types are kept, and its own type."""
    known = SCALARS | KEPT.keys() | WHOLE
    given = getattr(described, "args", {}).items()
    kept = [f"{name}: {one.type}" for name, one in given if str(one.type).strip("[]!") in known]
    return (f"({', '.join(kept)})" if kept else "") + f": {described.type}"


if __name__ == "__main__":
    main(sys.argv[1])
