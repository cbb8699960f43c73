import { Graph, layout } from "@dagrejs/dagre";
import { type FlowAction, type Position, targetsOf } from "./language";

/** Approximate size of a block in Connect's designer, which has a line for each branch. */
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

/** Positions for the blocks in the flow designer: in the order of a call from left to right, without overlaps. */
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
 * The edges that determine the layout. Edges back to an earlier step are left out, because dagre would reverse them and
 * draw them through every column between. Edges for errors are left out, because nearly all lead to the same step and
 * would move the other steps out of their rows.
 */
function forwardEdges(start: string, actions: readonly FlowAction[]): { from: string; to: string }[] {
  const targets = new Map(
    actions.map(({ Identifier, Transitions }) => [Identifier, targetsOf({ ...Transitions, Errors: [] })]),
  );
  const edges: { from: string; to: string }[] = [];
  const seen = new Set<string>();
  const onPath = new Set<string>();
  const follow = (from: string) => {
    if (seen.has(from)) return;
    seen.add(from);
    onPath.add(from);
    for (const to of targets.get(from) ?? []) {
      if (onPath.has(to)) continue;
      edges.push({ from, to });
      follow(to);
    }
    onPath.delete(from);
  };
  for (const step of [start, ...targets.keys()]) follow(step);
  return edges;
}

interface Size {
  width: number;
  height: number;
}

/** Size of an action's block. */
export const sizeOf = ({ Transitions: { Conditions = [], Errors = [] } }: FlowAction): Size => ({
  width: WIDTH,
  height: BASE_HEIGHT + BRANCH_HEIGHT * (Conditions.length + Errors.length + 1),
});
