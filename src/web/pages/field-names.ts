/** The name of the checkbox with which a user acknowledges that the approval ends the suppression. */
export const endSuppressionField = 'end-suppression';
