/** Days. One year, then a user must decide again. */
export const maxSuppressionDays = 366;

/** Days. The largest value of the setting APPROVAL_TTL_DAYS. */
export const maxApprovalDays = 90;
