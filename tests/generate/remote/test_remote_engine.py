"""The client against stand-ins for servers of every kind: what is sent, learned, asked again."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest
from tests.support.chat_server import Body, ChatServer, Reply, chatting, event
from tests.support.fault_proxy import Status, proxying

from copydesk.errors import ContextExceeded, GenerationFailed, UnknownName, UsageProblem
from copydesk.generate import schema as shape
from copydesk.generate.engines import open_generator
from copydesk.generate.portable import portable
from copydesk.generate.protocol import Completion, Message, Request, Sampling, complete
from copydesk.generate.remote.engine import Remote

ASK = Request((Message("user", "Tell me about bees."),), max_tokens=50, seed=3)
SECRET = "sk-very-secret-0815"  # noqa: S105 - opens nothing
VLLM = {
    "/v1/models": {"data": [{"id": "m", "owned_by": "vllm", "max_model_len": 3000}]},
    "/version": {"version": "0.11.0"},
}
LLAMA = {
    "/v1/models": {"data": [{"id": "m", "owned_by": "llamacpp"}]},
    "/props": {"default_generation_settings": {"n_ctx": 2048}, "build_info": "b7000-abc"},
}
OLLAMA = {"/v1/models": {"data": [{"id": "m"}]}, "/api/version": {"version": "0.12.3"}}


class Naps:
    """Pauses that take no time."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, _stop: threading.Event, seconds: float) -> None:
        self.taken.append(seconds)


def remote(server: ChatServer | str, model: str = "m", **more: Any) -> Remote:
    address = server if isinstance(server, str) else server.address
    engine = Remote(model, address, **{"timeout": 3.0, **more})
    engine.patience = replace(engine.patience, pause=Naps(), spread=lambda: 1.0)
    return engine


def naps(engine: Remote) -> list[float]:
    assert isinstance(engine.patience.pause, Naps)
    return engine.patience.pause.taken


def answer(speak: Callable[[Body], Reply], request: Request = ASK, **more: Any) -> Completion:
    with chatting(speak) as server:
        return complete(remote(server, **more), request)[0]


def in_turn(*replies: Reply) -> Callable[[Body], Reply]:
    left = iter(replies)
    return lambda _body: next(left)


# --- what is sent, and what comes back ------------------------------------------------------


def test_text_streams_and_the_end_says_what_it_cost_and_where_it_is_from() -> None:
    with chatting(lambda _: "Bees are small.", OLLAMA) as server:
        engine = remote(server)
        pieces = list(engine.stream(ASK))
    end = pieces[-1].end
    assert end is not None
    assert "".join(p.text for p in pieces) == end.text == "Bees are small."
    assert len([p for p in pieces if p.text]) > 1
    assert (end.finish, end.prompt_tokens, end.completion_tokens) == ("stop", 20, 3)
    assert (end.model, end.engine, end.seed) == ("stand-in", "openai server Ollama 0.12.3", 3)
    assert json.loads(end.prompt) == [{"role": "user", "content": "Tell me about bees."}]
    assert end.prompt_seconds > 0


def test_a_plain_server_is_sent_only_what_the_api_names() -> None:
    with chatting(lambda _: "Bees.") as server:
        complete(remote(server), replace(ASK, stop=("X",), sampling=Sampling(0.7, 0.8)))
    assert server.sent[0] == {
        "model": "m",
        "messages": [{"role": "user", "content": "Tell me about bees."}],
        "max_tokens": 50,
        "seed": 3,
        "temperature": 0.7,
        "top_p": 0.8,
        "stop": ["X"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


@pytest.mark.parametrize(
    ("pages", "context", "engine", "extras"),
    [
        (VLLM, 3000, "openai server vLLM 0.11.0", {"top_k", "min_p"}),
        (LLAMA, 2048, "openai server llama.cpp b7000-abc", {"top_k", "min_p", "dry_multiplier"}),
        (OLLAMA, 8192, "openai server Ollama 0.12.3", set()),
        ({}, 8192, "openai server 127.0.0.1:", set()),
        ({"/v1/models": [1, {"data": 3}], "/props": "x"}, 8192, "openai server 127.", set()),
    ],
)
def test_a_server_is_known_by_what_it_says(
    pages: dict[str, Any], context: int, engine: str, extras: set[str]
) -> None:
    with chatting(lambda _: "Bees.", pages) as server:
        generator = remote(server)
        end = complete(generator, ASK)[0]
        assert generator.context == context
        assert remote(server, context=77).context == 77
    assert end.engine.startswith(engine)
    assert extras <= set(server.sent[0])
    assert extras or not {"top_k", "min_p", "dry_multiplier"} & set(server.sent[0])


def test_samples_are_requests_with_neighbouring_seeds_side_by_side() -> None:
    together = threading.Barrier(3, timeout=5)

    def speak(body: Body) -> str:
        together.wait()
        return f"Seed {body['seed']}."

    with chatting(speak) as server:
        ends = complete(remote(server, parallel=3), replace(ASK, n=3))
    assert [(end.text, end.seed) for end in ends] == [(f"Seed {s}.", s) for s in (3, 4, 5)]


def test_no_more_requests_are_in_flight_than_were_allowed() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def speak(_body: Body) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return "Bees."

    with chatting(speak) as server:
        engine = remote(server, parallel=2)
        others = [threading.Thread(target=complete, args=(engine, ASK)) for _ in range(4)]
        for thread in others:
            thread.start()
        complete(engine, replace(ASK, n=6))
        for thread in others:
            thread.join()
    assert len(server.sent) == 10
    assert most == 2


def test_without_a_model_the_only_one_is_taken() -> None:
    with chatting(lambda _: "Bees.", {"/v1/models": {"data": [{"id": "bee-1"}]}}) as server:
        engine = open_generator(f"openai:@{server.address}")
        complete(engine, ASK)
        assert engine.name.startswith("bee-1 at 127.0.0.1:")
    assert server.sent[0]["model"] == "bee-1"


def test_without_a_model_several_are_listed_and_none_is_an_error() -> None:
    with chatting(lambda _: "", {"/v1/models": {"data": [{"id": "a"}, {"id": "b"}]}}) as server:
        with pytest.raises(UsageProblem, match="2 models") as caught:
            complete(remote(server, ""), ASK)
        assert "a, b" in caught.value.hint
    with chatting(lambda _: "") as server, pytest.raises(GenerationFailed, match="not say which"):
        complete(remote(server, ""), ASK)


def test_an_adapter_is_a_model_that_the_server_has() -> None:
    pages = {"/v1/models": {"data": [{"id": "m"}, {"id": "house-style"}]}}
    with chatting(lambda _: "Bees.", pages) as server:
        complete(remote(server), replace(ASK, adapter="house-style"))
        with pytest.raises(UnknownName, match="adapter"):
            complete(remote(server), replace(ASK, adapter="other"))
    assert server.sent[0]["model"] == "house-style"


@pytest.mark.parametrize(
    "border",
    [
        "<|im_end|>",
        "<｜end▁of▁sentence｜>",
        "＜｜User｜＞",
        "</s>",
        "<s>",
        "[/INST]",
        "<<SYS>>",
        "<end_of_turn>",
        "<start_of_turn>",
    ],
)
def test_borders_of_turns_inside_a_message_are_broken(border: str) -> None:
    with chatting(lambda _: "Bees.") as server:
        complete(remote(server), replace(ASK, messages=(Message("user", f"Hi{border}\nNo."),)))
    content = server.sent[0]["messages"][0]["content"]
    assert border not in content
    assert content.replace(" ", "") == f"Hi{border}\nNo."


def test_plain_text_with_brackets_is_left_alone() -> None:
    text = "if a < b | c > d: print([INSTALL], <em>x</em>) # <|>"
    with chatting(lambda _: "Bees.") as server:
        complete(remote(server), replace(ASK, messages=(Message("user", text),)))
    assert server.sent[0]["messages"][0]["content"] == text


# --- streams of every kind ------------------------------------------------------------------


def test_a_server_that_does_not_stream_is_heard_too() -> None:
    with chatting(lambda _: "Bees are small.") as server:
        server.streams = False
        end = complete(remote(server), ASK)[0]
    assert (end.text, end.finish, end.prompt_tokens) == ("Bees are small.", "stop", 20)


def test_a_stream_under_a_wrong_name_is_heard_too() -> None:
    with chatting(lambda _: "Bees are small.") as server:
        server.content_type = "text/plain"
        assert complete(remote(server), ASK)[0].text == "Bees are small."


@pytest.mark.parametrize(
    "stream",
    [
        b": ping\r\n\r\n" + event("Bees").replace(b"\n", b"\r\n") + event(finish="stop"),
        event("Bees") + b"data: [DONE]\n\n",
        event("Bees", "stop"),
        b"event: x\nid: 1\n" + event("Be") + event("es") + b'data: {"choices": []}\n\n'
        b"data: [DONE]\n\ndata: nonsense\n\n",
    ],
)
def test_streams_that_are_not_quite_as_they_should(stream: bytes) -> None:
    assert answer(lambda _: stream).text == "Bees"


def test_control_characters_and_halves_of_characters_do_not_come_through() -> None:
    halves = json.loads('["\\ud83d", "\\udc1d", "\\udc1d x"]')
    said = ["A\x1b[31m\x00", "b\r\n\tc\x9b", *halves, "e\u0301 \u200d"]
    stream = b"".join(map(event, said)) + event(finish="stop")
    assert answer(lambda _: stream).text == "A[31mb\n\tc🐝\ufffd xe\u0301 \u200d"


def test_cached_tokens_and_the_length_finish_are_told() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 8},
    }
    stream = event("Bees", "length", usage=usage, system_fingerprint="fp_1")
    end = answer(lambda _: stream)
    assert (end.finish, end.cached_tokens, end.completion_tokens) == ("length", 8, 4)
    assert end.model_hash == "fp_1"


def test_hostile_numbers_are_not_believed() -> None:
    usage = {"prompt_tokens": -4, "completion_tokens": "many", "prompt_tokens_details": [1]}
    end = answer(lambda _: event("Bees", "stop", usage=usage))
    assert (end.prompt_tokens, end.cached_tokens, end.completion_tokens) == (0, 0, 1)


def test_a_stop_string_that_the_server_passes_over_ends_the_text() -> None:
    request = replace(ASK, stop=("\n##",))
    stream = event("Bees.\n") + event("#") + event("# More") + event(" bees") + event(finish="stop")
    end = answer(lambda _: stream, request)
    assert (end.text, end.finish) == ("Bees.", "stop")


def test_a_filtered_answer_is_an_error() -> None:
    with pytest.raises(GenerationFailed, match="filtered"):
        answer(lambda _: event("Be") + event("", "content_filter"))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((200, b"<!DOCTYPE html><html></html>"), "a web page, not with JSON"),
        ((404, b"<html><body>nginx</body></html>"), r"a web page, not with JSON \(HTTP 404\)"),
        ((200, {"hello": "world"}), "no chat completion"),
        ((200, b"\xff\xfe garbage"), "something else, not with JSON"),
        ((200, {"error": {"message": "no such\x1b[2J model"}}), r"no such \[2J model"),
        (b"data: {broken\n\n", "events that are not JSON"),
        (b"data: " + b"[" * 5000 + b"\n\n", "events that are not JSON"),
        (b'data: {"error": {"message": "out of memory", "code": 400}}\n\n', "out of memory"),
        ((400, {"message": "bad\nrequest" * 100}), r"refuses the request \(HTTP 400\)"),
        ((302, b""), "another address"),
        ((418, b""), r"\(HTTP 418\)"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(reply: Reply, words: str) -> None:
    with pytest.raises(GenerationFailed, match=words) as caught:
        answer(lambda _: reply)
    assert len(caught.value.message) < 420
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "reply", [b"data: " + b"x" * (2 << 20), event("Bees " * 1000) * 4000, event("") * 200_000]
)
def test_an_answer_without_end_is_ended(reply: bytes) -> None:
    with pytest.raises(GenerationFailed, match=r"too long|MiB|much more"):
        answer(lambda _: reply, replace(ASK, guard_loops=False))


# --- patience -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
def test_a_server_that_is_busy_is_asked_again(status: int) -> None:
    with chatting(in_turn((status, {}), (status, b"<html>busy</html>"), "Bees.")) as server:
        engine = remote(server)
        assert complete(engine, ASK)[0].text == "Bees."
    assert naps(engine) == [0.5, 1.0]


def test_an_error_in_the_stream_before_any_text_is_asked_again() -> None:
    overloaded = b'data: {"error": {"message": "overloaded", "code": 503}}\n\n'
    assert answer(in_turn(overloaded, "Bees.")).text == "Bees."


def test_a_minute_of_too_many_requests_is_survived() -> None:
    engine: Remote

    def speak(_body: Body) -> Reply:
        return "Bees." if sum(naps(engine)) > 60 else (429, {"error": "slow down"})

    with chatting(speak) as server:
        engine = remote(server)
        assert complete(engine, ASK)[0].text == "Bees."
    assert 60 < sum(naps(engine)) <= 120


def test_patience_ends() -> None:
    with chatting(lambda _: (429, {"error": {"message": "slow down"}})) as server:
        engine = remote(server, max_wait=10.0)
        with pytest.raises(GenerationFailed, match=r"too much to do \(HTTP 429\): slow down"):
            complete(engine, ASK)
        assert sum(naps(engine)) == pytest.approx(10.0)
        engine = remote(server, retries=2)
        with pytest.raises(GenerationFailed, match="HTTP 429"):
            complete(engine, ASK)
        assert len(naps(engine)) == 2


def test_pauses_have_full_jitter() -> None:
    with chatting(lambda _: (503, {})) as server:
        engine = remote(server, retries=4)
        engine.patience = replace(engine.patience, spread=iter([0.5, 0.1, 0.0, 1.0]).__next__)
        with pytest.raises(GenerationFailed):
            complete(engine, ASK)
    assert naps(engine) == pytest.approx([0.25, 0.1, 0.0, 4.0])


def later(after: str, engine_now: float = 1_000_000.0) -> list[float]:
    """The pauses that one Retry-After leads to."""
    with chatting(lambda _: "Bees.") as server:
        busy = Status(429, b"{}", {"Retry-After": after})
        with proxying(server.address, busy) as proxy:
            engine = remote(proxy.address)
            engine.patience = replace(engine.patience, spread=lambda: 0.0, now=lambda: engine_now)
            complete(engine, ASK)
    return naps(engine)


def test_retry_after_is_honoured_as_seconds_and_as_a_date() -> None:
    assert later("7") == [7.0]
    assert later(formatdate(1_000_030.0, usegmt=True)) == [30.0]
    assert later(formatdate(900_000.0, usegmt=True)) == [0.0]
    assert later("soon") == [0.0]  # no such form: our own pause, here without spread


def test_a_retry_after_beyond_patience_is_not_waited_for() -> None:
    with pytest.raises(GenerationFailed, match="HTTP 429"):
        later("3600")


def test_what_no_waiting_mends_is_not_waited_for() -> None:
    spent = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    with chatting(lambda _: (429, spent)) as server:
        engine = remote(server)
        with pytest.raises(GenerationFailed, match="exceeded your quota"):
            complete(engine, ASK)
    assert naps(engine) == []


# --- refusals -------------------------------------------------------------------------------


def test_a_key_that_is_missing_or_refused_is_named_and_never_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    repeats = (401, {"error": {"message": f"Incorrect API key provided: {SECRET}."}})
    with chatting(lambda _: repeats) as server:
        with pytest.raises(GenerationFailed, match="wants a key") as caught:
            complete(remote(server), ASK)
        assert "COPYDESK_API_KEY_127_0_0_1" in caught.value.hint
        monkeypatch.setenv("COPYDESK_API_KEY", SECRET)
        engine = remote(server)
        with pytest.raises(GenerationFailed, match="the key in COPYDESK_API_KEY") as caught:
            complete(engine, ASK)
    assert server.keys[-1] == f"Bearer {SECRET}"
    seen = f"{caught.value!r} {caught.value.hint} {caught.value.__cause__} {engine!r} {engine.site}"
    assert SECRET not in seen


def test_no_redirect_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_API_KEY", SECRET)
    with chatting(lambda _: "Bees.") as other:
        away = Status(307, b"", {"Location": f"{other.address}/v1/chat/completions"})
        with (
            proxying(other.address, away) as proxy,
            pytest.raises(GenerationFailed, match="another address"),
        ):
            complete(remote(proxy.address), ASK)
    assert other.sent == []


def test_an_unknown_model_lists_those_that_there_are() -> None:
    missing = (404, {"error": {"message": "The model `x` does not exist."}})
    with (
        chatting(lambda _: missing, {"/v1/models": {"data": [{"id": "b"}, {"id": "a"}]}}) as server,
        pytest.raises(GenerationFailed, match="does not exist") as caught,
    ):
        complete(remote(server, "x"), ASK)
    assert caught.value.hint == "the server has: a, b"


@pytest.mark.parametrize(
    ("error", "prompt", "context"),
    [
        ({"message": "too long", "n_prompt_tokens": 5031, "n_ctx": 1024}, 5031, 1024),
        (
            {
                "message": "This model's maximum context length is 4,096 tokens. However, you "
                "requested 5000 tokens (4500 in the messages, 500 in the completion)."
            },
            4500,
            4096,
        ),
        (
            {
                "message": "This model's maximum context length is 2048 tokens. However, your "
                "request has 5031 input tokens. Please reduce the length."
            },
            5031,
            2048,
        ),
        (
            {
                "message": "This model's maximum context length is 128000 tokens. However, your "
                "messages resulted in 130000 tokens."
            },
            130000,
            128000,
        ),
    ],
)
def test_a_prompt_past_the_context_says_both_numbers(
    error: dict[str, Any], prompt: int, context: int
) -> None:
    with pytest.raises(ContextExceeded) as caught:
        answer(lambda _: (400, {"error": error}))
    assert (caught.value.prompt_tokens, caught.value.context) == (prompt, context)


def test_an_answer_that_does_not_fit_beside_the_prompt_is_made_shorter() -> None:
    def speak(body: Body) -> Reply:
        if body["max_tokens"] <= 96:
            return "Bees."
        words = "maximum context length is 4096 tokens and your request has 4000 input tokens"
        return 400, {"message": words}

    assert answer(speak, replace(ASK, max_tokens=500)).text == "Bees."


def test_a_prompt_that_may_be_cut_is_cut_until_it_fits() -> None:
    def speak(body: Body) -> Reply:
        tokens = len(body["messages"][0]["content"].split())  # not as the client estimates
        if tokens > 150:
            return 400, {"error": {"message": "long", "n_prompt_tokens": tokens, "n_ctx": 200}}
        return "Bees."

    long = Message("user", "a b c d " * 500)
    end = answer(speak, Request((long,), 50, may_cut=True))
    assert end.text == "Bees."
    assert [finding.code for finding in end.findings] == ["prompt-cut"]
    with pytest.raises(ContextExceeded):
        answer(speak, Request((long,), 50))


def test_the_newer_name_of_the_limit_is_learned() -> None:
    def speak(body: Body) -> Reply:
        if "max_tokens" in body:
            return 400, {"error": {"message": "Use 'max_completion_tokens' instead."}}
        return "Bees."

    with chatting(speak) as server:
        engine = remote(server)
        complete(engine, ASK)
        complete(engine, ASK)
    assert [("max_tokens" in b, "max_completion_tokens" in b) for b in server.sent] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_fields_that_are_refused_are_left_out_and_reported() -> None:
    def speak(body: Body) -> Reply:
        if "seed" in body:
            return 400, {"error": {"message": "Unrecognized request argument: seed"}}
        if "temperature" in body:
            return 400, {"error": {"message": "Only the default", "param": "temperature"}}
        return "Bees."

    end = answer(speak)
    assert end.text == "Bees."
    assert [finding.message for finding in end.findings] == [
        "the server does not take: seed, temperature"
    ]


# --- cancelling -----------------------------------------------------------------------------


def test_what_is_cancelled_before_it_begins_asks_nothing() -> None:
    cancel = threading.Event()
    cancel.set()
    with chatting(lambda _: "Bees.") as server:
        pieces = list(remote(server).stream(replace(ASK, n=2), cancel))
    assert [p.end and p.end.finish for p in pieces] == ["cancelled", "cancelled"]
    assert server.sent == []


def test_cancelling_ends_a_wait() -> None:
    cancel = threading.Event()
    with chatting(lambda _: (503, {})) as server:
        engine = remote(server)
        engine.patience = replace(engine.patience, pause=threading.Event.wait, base=60.0)
        threading.Timer(0.1, cancel.set).start()
        begun = time.monotonic()
        end = complete(engine, ASK, cancel=cancel)[0]
    assert end.finish == "cancelled"
    assert time.monotonic() - begun < 5


def test_after_closing_a_request_is_refused() -> None:
    engine = Remote("m", "http://localhost:9")
    engine.close()
    engine.close()
    with pytest.raises(GenerationFailed, match="closed already"):
        complete(engine, ASK)


# --- loops and banned phrases ---------------------------------------------------------------


def continuing(*takes: str) -> Callable[[Body], Reply]:
    """A server of a kind that continues an answer that was begun."""
    return in_turn(*takes)


def test_before_a_banned_phrase_a_server_that_continues_takes_up_its_answer() -> None:
    speak = continuing("Bees delve into flowers.", " fly to flowers.")
    with chatting(speak, LLAMA) as server:
        pieces = list(remote(server).stream(replace(ASK, bans=("delve",))))
    assert "".join(p.text for p in pieces) == "Bees fly to flowers."
    assert len([p for p in pieces if p.text]) > 1
    assert server.sent[1]["messages"][-1] == {"role": "assistant", "content": "Bees"}
    assert server.sent[1]["seed"] != server.sent[0]["seed"]
    assert server.sent[1]["max_tokens"] < server.sent[0]["max_tokens"]


def test_vllm_is_told_to_continue_and_an_echo_is_left_out() -> None:
    speak = continuing("Bees often delve into flowers.", "Bees often fly.")
    with chatting(speak, VLLM) as server:
        end = complete(remote(server), replace(ASK, bans=("delve",)))[0]
    assert end.text == "Bees often fly."
    assert server.sent[1]["continue_final_message"] is True
    assert server.sent[1]["add_generation_prompt"] is False


def test_any_other_server_draws_the_whole_answer_again_unseen() -> None:
    with chatting(in_turn("Bees delve.", "We delve.", "Bees fly far.")) as server:
        pieces = list(remote(server).stream(replace(ASK, bans=("delve",))))
    assert [p.text for p in pieces if p.text] == ["Bees fly far."]
    assert len({body["seed"] for body in server.sent}) == 3


@pytest.mark.parametrize(("pages", "tries"), [({}, 4), (LLAMA, 13)])
def test_tries_past_a_banned_phrase_are_bounded(pages: dict[str, Any], tries: int) -> None:
    with chatting(lambda _: "Bees delve.", pages) as server:
        end = complete(remote(server), replace(ASK, bans=("bees",)))[0]
    assert (end.text, end.finish) == ("", "banned")
    assert [(f.code, f.measured) for f in end.findings] == [("banned", "bees")]
    assert len(server.sent) == tries


LOOP = "Bees fly far. " + "They love the flowers of the city park. " * 6


def test_a_loop_is_left_where_the_server_continues() -> None:
    with chatting(continuing(LOOP, " Then winter comes."), LLAMA) as server:
        end = complete(remote(server), replace(ASK, max_tokens=200))[0]
    assert end.finish == "stop"
    assert end.text.endswith("Then winter comes.")
    assert end.text.count("They love") < 3
    assert server.sent[1]["dry_multiplier"] > 0


def test_a_loop_ends_the_text_where_it_does_not() -> None:
    with chatting(lambda _: LOOP) as server:
        end = complete(remote(server), replace(ASK, max_tokens=200))[0]
    assert end.finish == "loop"
    assert 1 <= end.text.count("They love") < 3
    assert [finding.code for finding in end.findings] == ["loop"]
    assert len(server.sent) == 1


# --- schemas --------------------------------------------------------------------------------

SCHEMA = shape.record(title=shape.text(24, shortest=4), kind=shape.choice("column", "bar"))
GOOD = '{"title":"Bees fly","kind":"bar"}'
OBJECT = Request(ASK.messages, 200, schema=SCHEMA, seed=3)


def test_a_valid_answer_comes_in_one_compact_piece() -> None:
    pretty = "```json\n" + json.dumps(json.loads(GOOD), indent=2) + "\n```"
    with chatting(lambda _: pretty) as server:
        engine = remote(server)
        pieces = list(engine.stream(OBJECT))
    assert [p.text for p in pieces if p.text] == [GOOD]
    sent = server.sent[0]["response_format"]
    assert sent["json_schema"]["strict"] is True
    assert sent["json_schema"]["schema"] == portable(SCHEMA)
    assert engine.server.schema_support == "honoured"


@pytest.mark.parametrize(
    "said",
    [
        f"<think>Hm {{}}</think>\n{GOOD}",
        f"Here it is:\n```json\n{GOOD}\n```\nEnjoy!",
        f"\n{GOOD}\n",
    ],
)
def test_what_stands_around_the_json_is_taken_off(said: str) -> None:
    assert answer(lambda _: said, OBJECT).text == GOOD


def test_an_invalid_answer_is_shown_to_the_model_with_its_fault() -> None:
    with chatting(in_turn('{"title":"Bees fly"}', GOOD)) as server:
        engine = remote(server)
        assert complete(engine, OBJECT)[0].text == GOOD
    again = server.sent[1]["messages"]
    assert again[-2] == {"role": "assistant", "content": '{"title":"Bees fly"}'}
    assert 'lacks "kind"' in again[-1]["content"]
    assert engine.server.schema_support == "ignored"


def test_a_server_that_ignores_schemas_is_told_in_words_from_then_on() -> None:
    def speak(body: Body) -> Reply:
        said = body["messages"][-1]["content"]
        return GOOD if "JSON schema" in said else "Sure! Bees are great. " * 30

    with chatting(speak) as server:
        engine = remote(server)
        assert complete(engine, OBJECT)[0].text == GOOD
        assert complete(engine, OBJECT)[0].text == GOOD
    assert len(server.sent) == 3
    assert "response_format" in server.sent[2]


@pytest.mark.parametrize("takes", ["json_object", "nothing"])
def test_a_server_that_refuses_schemas_is_asked_more_simply(takes: str) -> None:
    def speak(body: Body) -> Reply:
        kind = body.get("response_format", {}).get("type")
        if kind not in {None, takes}:
            return 400, {"error": {"message": f"response_format {kind} is not available"}}
        return GOOD if "JSON schema" in body["messages"][-1]["content"] else "Bees!"

    with chatting(speak) as server:
        engine = remote(server)
        assert complete(engine, OBJECT)[0].text == GOOD
        before = len(server.sent)
        assert complete(engine, OBJECT)[0].text == GOOD
    assert len(server.sent) == before + 1
    assert engine.server.schema_support == "refused"


def test_after_some_attempts_the_last_fault_is_told() -> None:
    with (
        chatting(lambda _: "Bees are great.") as server,
        pytest.raises(GenerationFailed, match="in 4 attempts") as caught,
    ):
        complete(remote(server), OBJECT)
    assert "not valid JSON" in caught.value.message
    assert len(server.sent) == 4


def test_an_answer_cut_each_time_ends_as_length() -> None:
    end = answer(lambda _: event('{"title":"Be', "length"), OBJECT)
    assert (end.text, end.finish) == ('{"title":"Be', "length")


def test_banned_phrases_inside_an_object_are_asked_away() -> None:
    request = replace(OBJECT, bans=("bees",))
    ants = GOOD.replace("Bees", "Ants")
    with chatting(in_turn(GOOD, ants)) as server:
        assert complete(remote(server), request)[0].text == ants
    assert '"bees"' in server.sent[1]["messages"][-1]["content"]
    end = answer(lambda _: GOOD, request)
    assert (end.text, end.finish) == ("", "banned")


@pytest.mark.parametrize(
    "said",
    [
        '{"title":"Be\\u0000\\ud800es","kind":"bar"}',
        "[" * 100_000,
        '{"title":NaN,"kind":"bar"}',
        '{"title":' + "9" * 5000 + "}",
        "",
        "```json\n```",
    ],
)
def test_hostile_json_is_an_answer_like_any_other(said: str) -> None:
    loose = {"type": "object", "properties": {"title": {"type": "string"}}}
    try:
        end = answer(in_turn(*[said] * 4), replace(OBJECT, schema=loose))
    except GenerationFailed:
        return
    assert end.text.encode()
    assert "\\u0000" not in end.text


def test_the_count_is_an_estimate() -> None:
    engine = Remote("m", "http://localhost:9")
    assert engine.count((Message("user", "word " * 100),)) == pytest.approx(125, abs=10)
    assert engine.count((Message("user", "蜜蜂" * 50),)) == pytest.approx(100, abs=10)
