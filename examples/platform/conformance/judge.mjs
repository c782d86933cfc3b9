// Compares the suite's report with the page of what is not claimed: fails on any failure that the page does not explain.
// A line "- `Group`: reason" of the page stands for all cases of a group.
import { readFileSync } from "node:fs";

const [report, page] = process.argv.slice(2);
const unclaimed = [...readFileSync(page, "utf8").matchAll(/^- `([^`]+)`/gm)].map(([, name]) => name);
const cases = JSON.parse(readFileSync(report, "utf8")).testResults.flatMap((file) => file.assertionResults);
let [passed, explained, failed] = [0, 0, 0];
for (const one of cases) {
  const name = [...one.ancestorTitles, one.title].join(" > ");
  const group = unclaimed.find((group) => name.includes(group));
  if (one.status === "passed") passed += 1;
  else if (group) explained += 1;
  else if (one.status === "failed") {
    failed += 1;
    console.log(`FAILED: ${name}\n    ${(one.failureMessages[0] ?? "").split("\n")[0]}`);
  }
}
console.log(`${passed} of ${cases.length} cases pass, ${explained} are not claimed (${page}), ${failed} fail`);
process.exit(failed || passed === 0 ? 1 : 0);
