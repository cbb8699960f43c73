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
  for (const { Identifier, Transitions } of actions) {
    // Errors mostly lead to one and the same step, and would pull all others out of their rows.
    for (const target of targetsOf({ ...Transitions, Errors: [] })) graph.setEdge(Identifier, target);
  }
  layout(graph);
  const positions = new Map(
    actions.map((action): [string, Position] => {
      const { x, y, width, height } = graph.node(action.Identifier) as Position & Size;
      return [action.Identifier, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
  return { entryPoint: { x: GAP_BETWEEN_ROWS, y: positions.get(start)?.y ?? GAP_BETWEEN_ROWS }, positions };
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
