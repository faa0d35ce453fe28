"""The worker of a card: a transfer goes before what nobody waits for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mh_widgets.errors import TransferError
from mh_widgets.transfers.types import OnRetry, Progress
from mh_widgets.transfers.worker import Worker


def test_a_transfer_that_waits_goes_before_idle_work() -> None:
    """Also where idle work has waited longer."""

    async def body() -> None:
        order: list[str] = []
        begun, free = threading.Event(), threading.Event()
        worker = Worker(lambda _transfer: None, lambda _sentence: None)

        def save(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
            begun.set()
            free.wait()
            order.append("save")

        def download(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
            order.append("download")

        def draw(stop: threading.Event) -> None:
            order.append("poster")

        saving = asyncio.create_task(worker.run("save", save))
        await asyncio.to_thread(begun.wait)
        drawing = asyncio.create_task(worker.run_idle(draw))
        await asyncio.sleep(0)
        downloading = asyncio.create_task(worker.run("download", download))
        await asyncio.sleep(0)
        free.set()
        await asyncio.gather(saving, drawing, downloading)
        assert order == ["save", "download", "poster"]

    asyncio.run(body())


def test_idle_work_waits_for_no_canceled_transfer() -> None:
    async def body() -> None:
        worker = Worker(lambda _transfer: None, lambda _sentence: None)
        begun, free = threading.Event(), threading.Event()

        def save(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
            begun.set()
            free.wait()

        async def save_and_cancel() -> None:
            await worker.run("save", save)
            other.cancel()  # before it and the idle work run again

        saving = asyncio.create_task(save_and_cancel())
        await asyncio.to_thread(begun.wait)
        drawing = asyncio.create_task(worker.run_idle(lambda _stop: "poster"))
        await asyncio.sleep(0)
        other = asyncio.create_task(worker.run("download", save))
        await asyncio.sleep(0)
        free.set()
        await saving
        assert await drawing == "poster"

    asyncio.run(body())


def test_idle_work_that_was_stopped_while_it_waited_does_not_begin() -> None:
    async def body() -> None:
        worker = Worker(lambda _transfer: None, lambda _sentence: None)
        begun = threading.Event()
        drawn: list[threading.Event] = []

        def save(progress: Progress, on_retry: OnRetry, stop: threading.Event) -> None:
            begun.set()
            stop.wait()

        saving = asyncio.create_task(worker.run("save", save))
        await asyncio.to_thread(begun.wait)
        drawing = asyncio.create_task(worker.run_idle(drawn.append))
        await asyncio.sleep(0)
        assert worker.stop_all("The project was deleted.")
        for stopped in (saving, drawing):
            with pytest.raises(TransferError):
                await stopped
        assert drawn == []

    asyncio.run(body())
