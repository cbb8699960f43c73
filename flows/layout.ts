import { Graph, layout } from "@dagrejs/dagre";
import { type FlowAction, type Position, targetsOf } from "./language";

/** About the size of a block in Connect's designer: it grows by a line for each branch. */
const WIDTH = 240;
const BASE_HEIGHT = 110;
const BRANCH_HEIGHT = 28;
const GAP_BETWEEN_COLUMNS = 100;
const GAP_BETWEEN_ROWS = 40;

export interface Layout {
  entryPoint: Position;
  /** upper left corner of each block, by step */
  positions: Map<string, Position>;
}

/** Places for the blocks in the flow designer: from left to right as a call goes, none over another. */
export function layOut(start: string, actions: readonly FlowAction[]): Layout {
  const graph = new Graph();
  graph.setGraph({
    rankdir: "LR",
    ranksep: GAP_BETWEEN_COLUMNS,
    nodesep: GAP_BETWEEN_ROWS,
    marginx: WIDTH + GAP_BETWEEN_COLUMNS,
    marginy: GAP_BETWEEN_ROWS,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const action of actions) graph.setNode(action.Identifier, sizeOf(action));
  for (const { from, to } of forwardEdges(start, actions)) graph.setEdge(from, to);
  layout(graph);
  const positions = new Map(
    actions.map((action): [string, Position] => {
      const { x, y, width, height } = graph.node(action.Identifier) as Position & Size;
      return [action.Identifier, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
  return { entryPoint: { x: GAP_BETWEEN_ROWS, y: positions.get(start)?.y ?? GAP_BETWEEN_ROWS }, positions };
}

/**
 * What leads on in a call, without the ways back to another attempt: dagre would turn these round, and lead them through
 * every column between. Without errors, too: these mostly lead to one and the same step, and would pull all others out
 * of their rows.
 */
function forwardEdges(start: string, actions: readonly FlowAction[]): { from: string; to: string }[] {
  const targets = new Map(
    actions.map(({ Identifier, Transitions }) => [Identifier, targetsOf({ ...Transitions, Errors: [] })]),
  );
  const edges: { from: string; to: string }[] = [];
  const seen = new Set<string>();
  const onTheWay = new Set<string>();
  const follow = (from: string) => {
    if (seen.has(from)) return;
    seen.add(from);
    onTheWay.add(from);
    for (const to of targets.get(from) ?? []) {
      if (onTheWay.has(to)) continue;
      edges.push({ from, to });
      follow(to);
    }
    onTheWay.delete(from);
  };
  for (const step of [start, ...targets.keys()]) follow(step);
  return edges;
}

interface Size {
  width: number;
  height: number;
}

/** How much room a step's block takes. */
export const sizeOf = ({ Transitions: { Conditions = [], Errors = [] } }: FlowAction): Size => ({
  width: WIDTH,
  height: BASE_HEIGHT + BRANCH_HEIGHT * (Conditions.length + Errors.length + 1),
});
