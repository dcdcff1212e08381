/* interrupt.h: what a signal does to the program; see runtime.h. */
#ifndef SES_RUNTIME_INTERRUPT_H
#define SES_RUNTIME_INTERRUPT_H

/* SIGINT and SIGTERM since ses_interrupts_count. Async-signal-safe. */
int ses_interrupts_seen(void);

/* The first SIGINT from now on raises a Lua error in the state given to ses_interrupts_count; the
 * second ends the program. SIGTERM ends it at once. */
void ses_interrupts_raise(void);

#endif
