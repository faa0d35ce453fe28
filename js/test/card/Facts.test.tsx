import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { Facts } from "../../src/card/Facts";
import { factsOf } from "../../src/card/knownFacts";
import type { CardProps } from "../../src/card/types";
import { cardProps, secondsAgo } from "../cardProps";

const details = { type: "FACE_SWAP", width: 512, height: 960, end_seconds: 15, created_at: secondsAgo(180) };
const plain = (node: Element | null) => node?.textContent?.replaceAll("\u00a0", " ");

const KnownFacts = (props: CardProps) => <Facts {...props} facts={factsOf(props.state)} />;

describe("Facts", () => {
  it("name each fact that is known, in order", () => {
    const { container } = render(<KnownFacts {...cardProps({ details })} />);
    const pairs = [...container.querySelectorAll("dl > div")].map((fact) => [
      plain(fact.querySelector("dt")),
      plain(fact.querySelector("dd")),
    ]);
    expect(pairs).toEqual([
      ["Type", "Face swap"],
      ["Size", "512 × 960"],
      ["Length", "15 s"],
      ["Created", "3 min ago"],
    ]);
  });

  it("say how old it is while it is only remembered", () => {
    const known_at = Date.parse(secondsAgo(7200)) / 1000;
    const watch = { state: "stopped" as const, reason: "", next_attempt_at: null, known_at };
    const { container } = render(<KnownFacts {...cardProps({ details, watch })} />);
    expect(plain(container.querySelector("dl > div:last-child"))).toBe("As of2 h ago");
  });

  it("are nothing where nothing is known", () => {
    expect(render(<KnownFacts {...cardProps({ details: { width: -1, height: -1 } })} />).container.innerHTML).toBe("");
  });

  it("offer each of several outputs, and say which is on show", () => {
    const outputs = [{ media: "video" as const }, { media: "image" as const }];
    const props = cardProps({ status: "complete", details: { ...details, outputs }, view: { output: 1 } });
    render(<KnownFacts {...props} />);
    expect(screen.getByRole("button", { pressed: true }).textContent).toBe("Output 2");
    fireEvent.click(screen.getByRole("button", { name: "Output 1" }));
    expect(props.actions.selectOutput).toHaveBeenCalledWith(0);
  });

  it("offer no choice of one output, nor before the end", () => {
    const one = { ...details, outputs: [{ media: "video" as const }] };
    const two = { ...details, outputs: [...one.outputs, ...one.outputs] };
    render(<KnownFacts {...cardProps({ status: "complete", details: one })} />);
    render(<KnownFacts {...cardProps({ status: "rendering", details: two })} />);
    expect(screen.queryByRole("button")).toBeNull();
  });
});
