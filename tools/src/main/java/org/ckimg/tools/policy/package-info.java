/**
 * Which policy counts: a profile, the caller's file, the system's file, and who may come at all.
 */
package org.ckimg.tools.policy;
