/** The audit events of a finding from its appearance to its verified remediation, oldest first. */
export const appliedEvents = ['appeared', 'proposed', 'approved', 'started', 'sent', 'applied', 'resolved'] as const;
