// node tests/e2e/run.mjs [part of a name]; BASE_URL=http://127.0.0.1:8000 for a real server.
import { runAll } from "./harness.mjs";
import "./pages.mjs";
import "./states.mjs";
import "./acting.mjs";
import "./timeline.mjs";
import "./lists.mjs";
import "./frame.mjs";
import "./live.mjs";
import "./navigation.mjs";
import "./explore.mjs";
import "./dashboards.mjs";
import "./oncall.mjs";
import "./judged.mjs";
import "./learning.mjs";
import "./telling.mjs";
import "./push.mjs";
import "./rules.mjs";
import "./promises.mjs";
import "./simulate.mjs";
import "./system.mjs";
import "./welcome.mjs";
import "./permissions.mjs";
import "./keys.mjs";
import "./serving.mjs";

process.exit((await runAll(process.argv[2])) > 0 ? 1 : 0);
