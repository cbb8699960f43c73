/** Whether a text contains a reference of Terraform or a mark of a template. Its value is not known yet. */
export const isTemplate = (text: string): boolean => /\$\{|\{\{|<</.test(text);

/** Whether a value is known only during a call, or only when Terraform applies. */
export const isDynamic = (text: string): boolean => text.startsWith("$.") || text.startsWith("$[") || isTemplate(text);
