/**
 * What the device itself can do for its recorder: a sound, a screen that stays
 * on, a storage that stays. None of it is certain, so each is shown.
 */

const BEEP = { hertz: 880, seconds: 0.09, gain: 0.25 };

/** @type {AudioContext | undefined} */
let audio;

/**
 * Must be called from a touch at least once: browsers keep silent before.
 */
export function unlockSound() {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') void audio.resume();
  } catch {
    // No sound on this device: the flash and the word remain.
  }
}

/** Says "recorded" to the ear and, where there is a motor, to the hand. */
export function beep() {
  navigator.vibrate?.(40);
  if (!audio) return;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = BEEP.hertz;
  volume.gain.value = BEEP.gain;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + BEEP.seconds);
}

/**
 * Keeps the screen on while the page is in sight.
 *
 * @param {(held: boolean) => void} changed
 */
export function stayAwake(changed) {
  const acquire = async () => {
    if (document.hidden || !('wakeLock' in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request('screen');
      changed(true);
      lock.addEventListener('release', () => changed(false));
    } catch {
      changed(false);
    }
  };
  document.addEventListener('visibilitychange', () => void acquire());
  void acquire();
}

/**
 * Asks the browser not to clear what is stored here.
 *
 * @returns {Promise<boolean>} whether it agreed
 */
export async function keepStorage() {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}
