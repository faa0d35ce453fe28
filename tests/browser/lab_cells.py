"""Notebooks in JupyterLab, or in Notebook 7: opened by a test, or typed in cell by cell."""

from __future__ import annotations

import itertools

from playwright.sync_api import Page

from tests.browser.servers import Server, write_notebook

CONTEXT = "window.jupyterapp?.shell?.currentWidget?.context"
KERNEL = f"{CONTEXT}?.sessionContext?.session?.kernel"
_names = itertools.count(1)
#: Close whatever is open, with its kernel; false where a question is left, which nobody will answer.
CLEAR = """() => {
  for (const widget of [...window.jupyterapp.shell.widgets("main")]) {
    const session = widget.context?.sessionContext?.session;
    const { sessions } = window.jupyterapp.serviceManager;
    widget.dispose();
    if (session) sessions.shutdown(session.id).catch(() => {});
  }
  return !document.querySelector(".jp-Dialog");
}"""


def open_notebook(page: Page, name: str) -> None:
    """Open a notebook in a page that has JupyterLab already, which saves loading it."""
    # It returns nothing: Playwright would take the whole notebook apart to send it here.
    page.evaluate(
        "async path => { await window.jupyterapp.commands.execute('docmanager:open', { path }) }", name
    )
    page.wait_for_function(f"path => {CONTEXT}?.path === path", arg=name)


class Cells:
    """The notebook of one page; each ``run`` is a new cell at its end."""

    def __init__(self, page: Page, server: Server, app: str = "lab/tree") -> None:
        self.page = page
        self.name = f"cells{next(_names)}.ipynb"
        self._number = 0
        write_notebook(server.folder / self.name, "")
        if page.url.startswith(f"{server.url}/lab"):
            open_notebook(page, self.name)
        else:
            page.goto(server.page(f"{app}/{self.name}{'?reset' if app == 'lab/tree' else ''}"))
        page.wait_for_function(f"{KERNEL}?.status === 'idle'")

    def run(self, code: str) -> str:
        """Run a cell to its end, and return its text: what it printed and its value's ``text/plain``."""
        text: str = self.page.evaluate(
            """async ([code, number]) => {
              const panel = window.jupyterapp.shell.currentWidget;
              const notebook = panel.content;
              const source = { cell_type: "code", source: code, metadata: { trusted: true } };
              if (number) notebook.model.sharedModel.insertCell(number, source);
              else notebook.model.sharedModel.getCell(0).setSource(code);
              notebook.activeCellIndex = number;
              await window.jupyterapp.commands.execute("notebook:run-cell");
              const outputs = notebook.model.sharedModel.getCell(number).toJSON().outputs;
              const flat = text => [text ?? ""].flat().join("");
              const failed = outputs.find(output => output.output_type === "error");
              if (failed) throw new Error(`${failed.ename}: ${failed.evalue}`);
              return outputs.map(({ text, data }) => flat(text ?? data?.["text/plain"])).join("");
            }""",
            [code, self._number],
        )
        self._number += 1
        return text

    def restart(self) -> None:
        """A new kernel for the notebook; the cells stay, with what they have shown."""
        self.page.evaluate(f"{CONTEXT}.sessionContext.restartKernel()")
        self.page.wait_for_function(f"{KERNEL}?.status === 'idle'")

    def save(self) -> None:
        """Save the notebook."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
