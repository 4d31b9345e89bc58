"""Settings: which source wins, what is refused, what is kept in the file."""

import stat
from pathlib import Path

import pytest

from distributedkube.cli.failures import UsageError
from distributedkube.cli.settings import DEFAULT_ENDPOINT, normal_endpoint, resolve
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_rest import FakeRest


def test_set_values_are_kept_private_and_shown_without_the_token(run: Run, config_file: Path) -> None:
    """The brief's two settings and a token go into one file that only its owner may read; listing hides the token."""
    assert run("config", "set", "endpoint", "10.0.0.1").exit_code == 0
    assert run("config", "set", "rejectUnauthorized", "false").exit_code == 0
    assert run("config", "set", "token", "s3cret").exit_code == 0
    assert stat.S_IMODE(config_file.stat().st_mode) == 0o600
    listed = run("config", "list", "-o", "json")
    assert '"endpoint": "https://10.0.0.1"' in listed.stdout
    assert '"rejectUnauthorized": false' in listed.stdout
    assert "s3cret" not in listed.output
    assert run("config", "get", "token").stdout == "s3cret\n"


def test_unknown_and_unset_settings_are_told_apart(run: Run) -> None:
    """A wrong key is wrong usage and lists the right ones; a key without a value is not found."""
    wrong = run("config", "set", "endpont", "x")
    assert wrong.exit_code == 2
    assert "settings are endpoint, rejectUnauthorized" in wrong.stderr
    assert run("config", "get", "endpoint").exit_code == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1", "https://10.0.0.1"),
        ("cluster.example/distributedkube/api-server/", "https://cluster.example/distributedkube/api-server"),
        ("localhost:8090", "http://localhost:8090"),
        ("http://127.0.0.1:8090/api/v1/", "http://127.0.0.1:8090"),
        ("https://[::1]:8443", "https://[::1]:8443"),
    ],
)
def test_endpoints_are_completed(text: str, expected: str) -> None:
    """Bare hosts get a scheme, and what follows the prefix is cut off."""
    assert normal_endpoint(text) == expected


@pytest.mark.parametrize(
    "text", ["ftp://x", "http://", "http://x:port", "http://x:99999", "http://x?y=1", "", "http://[::1"]
)
def test_bad_endpoints_are_refused(text: str) -> None:
    """What is no address is refused when it is set, not when it is used."""
    with pytest.raises(UsageError, match="no address"):
        normal_endpoint(text)


def test_options_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    """The nearest source counts, for each setting on its own."""
    file = tmp_path / "c.yml"
    environ = {"DISTRIBUTEDKUBE_CONFIG": str(file)}
    assert resolve(environ=environ).endpoint == DEFAULT_ENDPOINT
    file.write_text("endpoint: http://file:1\nrejectUnauthorized: false\ntoken: t\n")
    assert resolve(environ=environ).endpoint == "http://file:1"
    both = resolve(environ={**environ, "DISTRIBUTEDKUBE_ENDPOINT": "http://env:1"})
    assert (both.endpoint, both.verify, both.token) == ("http://env:1", False, "t")
    option = resolve(endpoint="http://option:1", environ={**environ, "DISTRIBUTEDKUBE_ENDPOINT": "http://env:1"})
    assert option.endpoint == "http://option:1"
    assert not resolve(insecure=True, environ={"DISTRIBUTEDKUBE_CONFIG": "/nowhere"}).verify


def test_a_broken_configuration_file_names_its_place(run: Run, config_file: Path) -> None:
    """A mistake made with an editor is found by line and column."""
    config_file.parent.mkdir()
    config_file.write_text("endpoint: [\n")
    result = run("exec", "list")
    assert result.exit_code == 2
    assert f"{config_file}, line 2, column 1" in result.stderr


def test_token_prefix_and_option_reach_the_server(
    run: Run, rest: FakeRest, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests carry the bearer token and go below the prefix of the endpoint; proxies are not used for the own machine."""
    monkeypatch.delenv("DISTRIBUTEDKUBE_ENDPOINT")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    rest.on("GET", "/dk/api-server/api/v1/exec/jobs", [])
    run("config", "set", "token", "abc")
    result = run("exec", "list", "--endpoint", f"{address}/dk/api-server", "-o", "json")
    assert (result.exit_code, result.stdout) == (0, "[]\n")
    assert rest.seen[0].headers["authorization"] == "Bearer abc"


def test_contexts_are_chosen_and_share_nothing(run: Run, config_file: Path) -> None:
    """Each has its own settings; the one in use, the option and the environment say which; a wrong name lists them."""
    run("config", "set", "endpoint", "http://here:1")
    run("config", "set", "token", "mine")
    run("config", "set", "endpoint", "http://there:1", "--context", "far")
    environ = {"DISTRIBUTEDKUBE_CONFIG": str(config_file)}
    assert (resolve(environ=environ).endpoint, resolve(environ=environ).token) == ("http://here:1", "mine")
    far = resolve(environ=environ, context="far")
    assert (far.endpoint, far.token) == ("http://there:1", None)
    assert run("config", "use", "far").stdout == "context far is in use\n"
    assert resolve(environ=environ).endpoint == "http://there:1"
    assert run("config", "get", "endpoint", "--context", "default").stdout == "http://here:1\n"
    assert run("config", "contexts").stdout.splitlines()[1:] == [
        "   default  http://here:1",
        "*  far      http://there:1",
    ]
    wrong = run("config", "use", "near")
    assert wrong.exit_code == 2
    assert "there are default, far" in wrong.stderr


def test_options_for_token_and_certificates(tmp_path: Path) -> None:
    """They win like the endpoint does."""
    environ = {"DISTRIBUTEDKUBE_CONFIG": "/nowhere", "DISTRIBUTEDKUBE_TOKEN": "env", "DISTRIBUTEDKUBE_CA_FILE": "env"}
    found = resolve(environ=environ, token="said", ca_file="said")
    assert (found.token, found.ca_file) == ("said", "said")
