/** The mappings of an image, and the memory that it would have. */
package org.ckimg.restorer.space;
