import * as z from 'zod';

/** Ports that are open in one place and seen not to be in another, where nobody declared a difference. */
export const disagreementSchema = z.strictObject({
  kind: z
    .enum(['vantage', 'family', 'address'])
    .describe('what makes the difference: the vantage, the address family, or which address of a name is asked'),
  host: z.string(),
  ports: z.string().describe('22,80-81'),
  open: z.array(z.string()).describe('the vantages or addresses where they are open'),
  notOpen: z.array(z.string()).describe('those where they were seen closed or filtered'),
  vantage: z.string().optional().describe('where addresses differ: the vantage that saw it'),
});

export type Disagreement = z.infer<typeof disagreementSchema>;
