import { testRandomCallers } from "../support/random-callers";

testRandomCallers(300, 1);
