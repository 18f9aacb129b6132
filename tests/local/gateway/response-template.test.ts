import test from "ava";
import { preflightTemplate } from "../../../components/api/cors.ts";
import { ResponseTemplate, UnsupportedTemplateError } from "../../../local/gateway/response-template.ts";

const header = "$context.responseOverride.header.X-A";

/** What a template sets for a request with these parameters. */
function evaluate(template: string, parameters: Readonly<Record<string, string>> = {}): object {
  return new ResponseTemplate(template).evaluate((name) => parameters[name] ?? "");
}

for (const [what, template, expected] of [
  ["a text", `#set(${header} = "1")`, { "X-A": "1" }],
  ["a parameter", `#set(${header} = $input.params("p"))`, { "X-A": "given" }],
  ["a parameter that is missing", `#set(${header} = $input.params("q"))`, { "X-A": "" }],
  ["a variable", `#set($v = $input.params("p"))\n#set(${header} = $v)`, { "X-A": "given" }],
  ["the last of several", `#set(${header} = "1")#set(${header} = "2")`, { "X-A": "2" }],
  ["what an #if allows", `#if($input.params("p") == "given")#set(${header} = "1")#end`, { "X-A": "1" }],
  ["nothing that an #if does not allow", `#if($input.params("p") == "x")#set(${header} = "1")#end`, {}],
  [
    "what any side of || allows",
    `#if("a" == "b" || $input.params("p") == "given")#set(${header} = "1")#end`,
    { "X-A": "1" },
  ],
  [
    "nothing of an #if in one that does not hold, and what follows",
    `#if("a" == "b")#if("a" == "a")#set(${header} = "1")#end #set(${header} = "2")#end #set($context.responseOverride.header.X-B = "3")`,
    { "X-B": "3" },
  ],
] as const) {
  test(`a template sets ${what}`, (t) => {
    t.deepEqual(evaluate(template, { p: "given" }), expected);
  });
}

for (const [what, template] of [
  ["a body", "hello"],
  ["another directive", "#foreach($a in $b)#end"],
  ["#else", `#if("a" == "a")#else#end`],
  ["a method of a value", `#if($o.matches("x"))#end`],
  ["another comparison", `#if($a != "x")#end`],
  ["a bare #if", `#if($a)#end`],
  ["two comparisons in one", `#if("a" == "a" == "a")#end`],
  ["a chain with &&", `#if("a" == "a" && "b" == "b")#end`],
  ["an #if without an end", `#if("a" == "a")`],
  ["an end without an #if", "#end"],
  ["an end before its #if", `#end#if("a" == "a")`],
  ["an override of the status", `#set($context.responseOverride.status = "200")`],
  ["a text with a variable in it", `#set($a = "x$b")`],
] as const) {
  test(`${what} is not simulated, and said so`, (t) => {
    t.throws(() => new ResponseTemplate(template), { instanceOf: UnsupportedTemplateError });
  });
}

const origins = ["https://a.example", "https://b.example", "https://c.example:8443"];
const template = preflightTemplate(origins) ?? "";
const allow = (origin: string) => ({ "Access-Control-Allow-Origin": origin });

for (const [parameters, expected] of [
  [{ Origin: "https://b.example" }, allow("https://b.example")],
  [{ origin: "https://c.example:8443" }, allow("https://c.example:8443")],
  [{ Origin: "https://a.example" }, {}],
  [{ Origin: "https://b.example.evil" }, {}],
  [{ Origin: "https://B.example" }, {}],
  [{ Origin: "null" }, {}],
  [{}, {}],
] as const) {
  test(`the program's own template, for ${JSON.stringify(parameters)}, sets ${JSON.stringify(expected)}`, (t) => {
    t.deepEqual(evaluate(template, parameters), expected);
  });
}
