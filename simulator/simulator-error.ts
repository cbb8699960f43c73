/** The simulation cannot go on; the text is one sentence that names what it met, and where. */
export class SimulatorError extends Error {
  override name = "SimulatorError";
}
