/* fork.h: tells, without asking the kernel, whether the process has forked; private to the core. */
#ifndef SES_CORE_FORK_H
#define SES_CORE_FORK_H

/* A number that differs between a process and those that fork from it. It is one in a parent's
 * lifetime. A child that is made without fork's handlers (_Fork, a bare clone) has its parent's. */
unsigned ses_fork_generation(void);

#endif
