"""Which operations of GitHub the fake answers; adding one is a line here and a `subset` run."""

_REPO = "/repos/{owner}/{repo}"
_ACTIONS = f"{_REPO}/actions"
_ISSUE = f"{_REPO}/issues/{{issue_number}}"
_PULL = f"{_REPO}/pulls/{{pull_number}}"
_REMARK = f"{_REPO}/issues/comments/{{comment_id}}"
_RUN = f"{_REPO}/check-runs/{{check_run_id}}"

APPS = (
    "GET /app",
    "GET /app/hook/deliveries",
    "GET /app/hook/deliveries/{delivery_id}",
    "POST /app/hook/deliveries/{delivery_id}/attempts",
    "GET /app/installations",
    "GET /app/installations/{installation_id}",
    "POST /app/installations/{installation_id}/access_tokens",
    "GET /installation/repositories",
    "DELETE /installation/token",
    f"GET {_REPO}/installation",
)
REPOSITORIES = (
    f"GET {_REPO}",
    f"GET {_REPO}/branches/{{branch}}",
    f"GET {_REPO}/collaborators/{{username}}/permission",
    f"GET {_REPO}/contents/{{path}}",
)
PULLS = (
    f"GET {_REPO}/pulls",
    f"GET {_PULL}",
    f"PATCH {_PULL}",
    f"GET {_PULL}/files",
    f"GET {_PULL}/commits",
    f"GET {_REPO}/commits/{{commit_sha}}/pulls",
)
REVIEWS = (
    f"GET {_PULL}/reviews",
    f"POST {_PULL}/reviews",
    f"GET {_PULL}/comments",
    f"POST {_PULL}/comments",
    f"PATCH {_REPO}/pulls/comments/{{comment_id}}",
    f"DELETE {_REPO}/pulls/comments/{{comment_id}}",
)
ISSUES = (
    f"GET {_ISSUE}",
    f"GET {_ISSUE}/labels",
    f"POST {_ISSUE}/labels",
    f"DELETE {_ISSUE}/labels/{{name}}",
    f"GET {_ISSUE}/comments",
    f"POST {_ISSUE}/comments",
    f"GET {_REMARK}",
    f"PATCH {_REMARK}",
    f"DELETE {_REMARK}",
    f"GET {_REMARK}/reactions",
    f"POST {_REMARK}/reactions",
    f"DELETE {_REMARK}/reactions/{{reaction_id}}",
)
CHECKS = (
    f"GET {_REPO}/commits/{{ref}}/check-runs",
    f"GET {_REPO}/commits/{{ref}}/check-suites",
    f"POST {_REPO}/check-runs",
    f"GET {_RUN}",
    f"PATCH {_RUN}",
    f"GET {_RUN}/annotations",
    f"GET {_REPO}/commits/{{ref}}/statuses",
    f"GET {_REPO}/commits/{{ref}}/status",
    f"POST {_REPO}/statuses/{{sha}}",
)
GIT = (
    f"GET {_REPO}/git/ref/{{ref}}",
    f"POST {_REPO}/git/refs",
    f"PATCH {_REPO}/git/refs/{{ref}}",
    f"DELETE {_REPO}/git/refs/{{ref}}",
    f"GET {_REPO}/git/blobs/{{file_sha}}",
    f"POST {_REPO}/git/blobs",
    f"GET {_REPO}/git/trees/{{tree_sha}}",
    f"POST {_REPO}/git/trees",
    f"GET {_REPO}/git/commits/{{commit_sha}}",
    f"POST {_REPO}/git/commits",
)
ACTIONS = (
    f"GET {_ACTIONS}/runs",
    f"GET {_ACTIONS}/runs/{{run_id}}",
    f"GET {_ACTIONS}/runs/{{run_id}}/artifacts",
    f"GET {_ACTIONS}/artifacts",
    f"GET {_ACTIONS}/artifacts/{{artifact_id}}",
    f"GET {_ACTIONS}/artifacts/{{artifact_id}}/{{archive_format}}",
)
OPERATIONS = (
    *APPS, *REPOSITORIES, *PULLS, *REVIEWS, *ISSUES, *CHECKS, *GIT, *ACTIONS,
)  # fmt: skip

EXAMPLES = (
    *APPS[:3], *APPS[5:7], *REPOSITORIES[1:], f"GET {_PULL}", f"GET {_PULL}/files",
    f"GET {_PULL}/commits", f"GET {_PULL}/reviews", f"GET {_PULL}/comments",
    f"GET {_ISSUE}", f"GET {_ISSUE}/labels", f"GET {_REMARK}", f"GET {_REMARK}/reactions",
    f"GET {_RUN}", f"GET {_RUN}/annotations",
    f"POST {_REPO}/statuses/{{sha}}", f"GET {_REPO}/git/ref/{{ref}}",
    f"GET {_REPO}/git/blobs/{{file_sha}}", f"POST {_REPO}/git/blobs",
    f"GET {_REPO}/git/trees/{{tree_sha}}", f"GET {_REPO}/git/commits/{{commit_sha}}",
    f"GET {_ACTIONS}/runs/{{run_id}}", f"GET {_ACTIONS}/artifacts/{{artifact_id}}",
)  # fmt: skip
"""Whose examples the answers are made from; the others have the same shapes."""

WEBHOOKS = (
    "check-run-completed", "check-run-created", "check-run-rerequested",
    "installation-created", "installation-deleted", "installation-suspend",
    "installation-unsuspend", "issue-comment-created", "issue-comment-deleted",
    "issue-comment-edited", "merge-group-checks-requested", "merge-group-destroyed",
    "pull-request-closed", "pull-request-converted-to-draft", "pull-request-edited",
    "pull-request-opened", "pull-request-ready-for-review", "pull-request-reopened",
    "pull-request-synchronize", "push", "workflow-run-completed", "workflow-run-requested",
)  # fmt: skip
"""Which webhooks the fake sends."""
