import { ADDED_CHARACTERS, nameRule } from "../component-name.ts";
import { ROUTE_CHARACTERS } from "./permission-name.ts";

/**
 * Rule for names of an API: a permission's `statementId`, which has 100 characters, names method and route as well.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export const apiNameRule = nameRule(100 - ADDED_CHARACTERS - ROUTE_CHARACTERS);
