import { DOMParser } from "@xmldom/xmldom";
import { lineCharts } from "../../bench/line-chart";

const chart = {
  title: "Responses < questions & callers",
  xLabel: "seconds",
  yLabel: "percent",
  xMaximum: 7,
  yMaximum: 100,
  lines: [
    { name: "ours", color: "#0072b2", dashed: false, points: [{ x: 3.5, y: 50 }] },
    { name: "plain", color: "#0072b2", dashed: true, points: [] },
  ],
};
const root = new DOMParser().parseFromString(lineCharts([chart, chart]), "image/svg+xml").documentElement;
const texts = [...(root?.getElementsByTagName("text") ?? [])].map(({ textContent }) => textContent);
const paths = [...(root?.getElementsByTagName("path") ?? [])];

it("draws charts with titles, axes, round steps and a legend", () => {
  expect(root?.getElementsByTagName("g")).toHaveLength(2);
  for (const text of [
    "Responses < questions & callers",
    "seconds",
    "percent",
    "ours",
    "plain",
    "0",
    "7",
    "20",
    "100",
  ]) {
    expect(texts).toContain(text);
  }
  expect(texts).not.toContain("1.4");
});

it("draws each line in steps, from zero to the right edge, in the plot and in the legend", () => {
  const drawn = paths.filter((path) => path.getAttribute("stroke") === "#0072b2");
  const [ours, plain] = drawn.map((path) => path.getAttribute("d"));
  expect(drawn).toHaveLength(8);
  expect(ours).toBe("M72 368H352V212H632");
  expect(plain).toBe("M72 368H632");
  expect(drawn.map((path) => path.getAttribute("stroke-dasharray")).slice(0, 2)).toEqual([null, "6 4"]);
});
