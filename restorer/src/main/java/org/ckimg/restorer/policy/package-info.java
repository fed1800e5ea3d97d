/** What may be granted to an image: profiles, files of the system and of the caller. */
package org.ckimg.restorer.policy;
