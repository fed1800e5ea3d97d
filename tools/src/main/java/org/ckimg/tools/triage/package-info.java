/**
 * What an analyst should look at first: findings with evidence. The rules are in spec/TRIAGE.md.
 */
package org.ckimg.tools.triage;
