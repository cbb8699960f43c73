import { testRandomCallers } from "../support/random-callers";

testRandomCallers(2000, 20);
