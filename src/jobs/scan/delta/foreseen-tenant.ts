import type { PermissionClassifications } from '../../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../../model/tenant/resources.js';
import type { ConsentReviewer } from '../../../model/tenant/tenant.js';
import type { Directory, ForeseenParts } from '../../ports/index.js';

/** With more reviewers, their reads take batches of their own. */
const mostReviewers = 10;

/** What the last scan read of the parts of the tenant, and what this one reads. */
export class ForeseenTenant {
  #reviewers: readonly string[] = [];
  #noClassifications = false;

  /** @param last authentic */
  constructor(private readonly last: ForeseenParts) {}

  /** The directory whose parts of the tenant are read with what the last scan knew. */
  over(directory: Directory): Directory {
    const tenantPart = async (...[part, signal]: Parameters<Directory['tenantPart']>) => {
      const read = await directory.tenantPart(part, signal, this.last);
      if (part === 'consentReviewers') this.#noteReviewers(read as readonly ConsentReviewer[]);
      if (part === 'permissionClassifications') this.#noteClassifications(read as PermissionClassifications);
      return read;
    };
    return { ...directory, tenantPart: tenantPart as Directory['tenantPart'] };
  }

  /** What to store for the next scan. */
  get parts(): ForeseenParts {
    return { reviewers: this.#reviewers, noClassifications: this.#noClassifications };
  }

  #noteReviewers(reviewers: readonly ConsentReviewer[]): void {
    const users = reviewers.filter(({ state }) => state !== 'unknown').map(({ query }) => query);
    this.#reviewers = users.length > mostReviewers ? [] : users.sort();
  }

  #noteClassifications(classifications: PermissionClassifications): void {
    this.#noClassifications = classifications.of(microsoftGraphAppId)?.size === 0;
  }
}
