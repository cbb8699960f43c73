export interface Line {
  name: string;
  color: string;
  dashed: boolean;
  /** in the order of x; the line is drawn in steps */
  points: { x: number; y: number }[];
}

export interface Chart {
  title: string;
  xLabel: string;
  yLabel: string;
  xMaximum: number;
  yMaximum: number;
  lines: Line[];
}

const [WIDTH, HEIGHT] = [960, 440];
const PLOT = { left: 72, top: 56, width: 560, height: 312 };
const LEGEND_LEFT = PLOT.left + PLOT.width + 24;
const STEPS = [1, 2, 5, 10, 20, 50, 100];

/** Draws line charts, one below the other, as an SVG image. */
export function lineCharts(charts: Chart[]): string {
  const height = HEIGHT * charts.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title>${escaped(charts.map(({ title }) => title).join("; "))}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...charts.map((chart, index) => `<g transform="translate(0 ${index * HEIGHT})">${draw(chart)}</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function draw({ title, xLabel, yLabel, xMaximum, yMaximum, lines }: Chart): string {
  const x = (value: number) => round(PLOT.left + (value / xMaximum) * PLOT.width);
  const y = (value: number) => round(PLOT.top + PLOT.height - (value / yMaximum) * PLOT.height);
  const [bottom, right] = [PLOT.top + PLOT.height, PLOT.left + PLOT.width];
  return [
    text(PLOT.left, 30, title, 'font-size="16" font-weight="bold"'),
    ...ticks(yMaximum).map(
      (value) =>
        `<path d="M${PLOT.left} ${y(value)}H${right}" stroke="#ddd"/>` +
        text(PLOT.left - 8, y(value) + 4, value, 'text-anchor="end"'),
    ),
    ...ticks(xMaximum).map(
      (value) =>
        `<path d="M${x(value)} ${bottom}v5" stroke="#222"/>` +
        text(x(value), bottom + 20, value, 'text-anchor="middle"'),
    ),
    `<path d="M${PLOT.left} ${PLOT.top}V${bottom}H${right}" fill="none" stroke="#222"/>`,
    text(PLOT.left + PLOT.width / 2, bottom + 42, xLabel, 'text-anchor="middle"'),
    text(0, 0, yLabel, `text-anchor="middle" transform="translate(20 ${PLOT.top + PLOT.height / 2}) rotate(-90)"`),
    ...lines.map(({ points, color, dashed }) => {
      const steps = points.map((point) => `H${x(point.x)}V${y(point.y)}`).join("");
      return `<path d="M${x(0)} ${y(0)}${steps}H${right}" fill="none" ${stroke(color, dashed)}/>`;
    }),
    ...lines.map(({ name, color, dashed }, index) => {
      const at = PLOT.top + 12 + index * 24;
      return (
        `<path d="M${LEGEND_LEFT} ${at}h32" fill="none" ${stroke(color, dashed)}/>` +
        text(LEGEND_LEFT + 40, at + 4, name)
      );
    }),
  ].join("\n");
}

const stroke = (color: string, dashed: boolean) =>
  `stroke="${color}" stroke-width="2"${dashed ? ' stroke-dasharray="6 4"' : ""}`;

const text = (x: number, y: number, content: string | number, attributes = "") =>
  `<text x="${x}" y="${y}" ${attributes}>${escaped(String(content))}</text>`;

const escaped = (content: string) => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Values from 0 to the maximum, in round steps. */
function ticks(maximum: number): number[] {
  const step = STEPS.find((candidate) => maximum / candidate <= 8) ?? maximum;
  return Array.from({ length: Math.floor(maximum / step) + 1 }, (_, index) => index * step);
}

const round = (value: number) => Math.round(value * 10) / 10;
