/* The conversation without reloading, ticks, reading aloud, printing. Everything but ticking works without this file.
   Written for Chromium 78: nothing newer than ES2018. */
(function () {
  'use strict';
  document.documentElement.classList.add('js');
  var LIMIT = 15000;

  /* ---- conversation ---- */
  var talk = document.getElementById('talk');
  var box = document.getElementById('text');
  var pressed = null;
  var busy = false;

  function copy(id) {
    return document.importNode(document.getElementById(id).content, true).firstElementChild;
  }

  function wordsOf(form, data) {
    if (pressed && pressed.name === 'payload') return pressed.textContent.trim();
    var picks = data.getAll('pick');
    return picks.length ? picks.join('、') : (data.get('text') || '').trim();
  }

  function show(node) {
    var calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    node.scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' });
  }

  function send(data, words) {
    busy = true;
    document.body.classList.add('talking');
    var said = copy('tpl-said');
    said.querySelector('p').textContent = words;
    var wait = copy('tpl-wait');
    talk.appendChild(said);
    talk.appendChild(wait);
    talk.setAttribute('aria-busy', 'true');
    show(said);
    var stop = new AbortController();
    var clock = setTimeout(function () { stop.abort(); }, LIMIT);
    fetch('/say', { method: 'POST', body: new URLSearchParams(data), credentials: 'same-origin', signal: stop.signal })
      .then(function (answer) {
        if (!answer.ok && answer.status !== 429) throw new Error(String(answer.status)); // 429 says when to go on
        return answer.text();
      })
      .then(function (html) {
        var holder = document.createElement('template');
        holder.innerHTML = html; // made by the server's templates, everything a person typed is escaped there
        talk.insertBefore(holder.content, said);
        var fresh = said.previousElementSibling.previousElementSibling || said.previousElementSibling;
        talk.removeChild(said);
        talk.removeChild(wait);
        show(fresh);
      })
      .catch(function () {
        var fail = copy('tpl-fail');
        talk.replaceChild(fail, wait);
        fail.querySelector('[data-retry]').addEventListener('click', function () {
          if (busy) return;
          if (box.value.trim() === words) box.value = '';
          talk.removeChild(said);
          talk.removeChild(fail);
          send(data, words);
        });
        if (data.get('text') && !box.value) box.value = words;
        show(said);
      })
      .then(function () {
        clearTimeout(clock);
        busy = false;
        talk.removeAttribute('aria-busy');
        grow();
      });
  }

  function grow() {
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = Math.min(box.scrollHeight + 2, 180) + 'px';
  }

  if (talk && window.fetch && window.AbortController && window.URLSearchParams) {
    document.addEventListener('click', function (event) {
      var button = event.target.closest ? event.target.closest('button') : null;
      if (button && button.form) pressed = button;
    });
    document.addEventListener('submit', function (event) {
      var form = event.target;
      if (!form.hasAttribute('data-say')) return;
      event.preventDefault();
      if (busy) return;
      if (pressed && pressed.form !== form) pressed = null;
      var data = new FormData(form);
      if (pressed && pressed.name) data.append(pressed.name, pressed.value);
      var words = wordsOf(form, data);
      pressed = null;
      if (!words) {
        if (box) box.focus();
        return;
      }
      if (form.id === 'say') {
        box.value = '';
        grow();
        if (window.matchMedia('(hover: hover)').matches) box.focus(); else box.blur(); // a phone's keyboard would hide the answer
      }
      send(data, words);
    });
    box.addEventListener('input', grow);
    box.addEventListener('keydown', function (event) {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        document.getElementById('send').click();
      }
    });
    if (talk.lastElementChild) {
      var turns = talk.querySelectorAll('.said');
      turns[turns.length - 1].scrollIntoView({ block: 'start' });
    }
  }

  /* ---- printing ---- */
  document.addEventListener('click', function (event) {
    if (event.target.closest && event.target.closest('[data-print]')) window.print();
  });
  var opened = [];
  window.addEventListener('beforeprint', function () {
    opened = [].slice.call(document.querySelectorAll('main.paper details:not([open])'));
    opened.forEach(function (one) { one.open = true; });
  });
  window.addEventListener('afterprint', function () {
    opened.forEach(function (one) { one.open = false; });
  });

  /* ---- ticks: the same on every device; what could not be sent waits here until it can ---- */
  var sheet = document.querySelector('[data-ticks]');
  if (sheet && window.fetch && window.URLSearchParams) {
    var where = sheet.getAttribute('data-ticks');
    var note = sheet.querySelector('[data-unsent]');
    var unsent = {};
    try { unsent = JSON.parse(localStorage.getItem(where) || '{}'); } catch (error) { unsent = {}; }
    var line = Promise.resolve();
    var keep = function () {
      try { localStorage.setItem(where, JSON.stringify(unsent)); } catch (error) { /* private mode: only until the page closes */ }
      note.hidden = !Object.keys(unsent).length;
    };
    var give = function (key) {
      line = line.then(function () {
        var value = unsent[key];
        if (value === undefined) return null;
        var said = new URLSearchParams();
        said.append('key', key);
        said.append('done', value ? '1' : '');
        return fetch(where, { method: 'POST', body: said, credentials: 'same-origin' }).then(function (answer) {
          if (answer.status >= 500) throw new Error(String(answer.status));
          if (unsent[key] === value) delete unsent[key];
        });
      }).catch(function () { /* no network: `online` tries again */ }).then(keep);
    };
    var giveAll = function () { Object.keys(unsent).forEach(give); };
    [].forEach.call(sheet.querySelectorAll('[data-tick]'), function (tick) {
      var name = tick.getAttribute('data-tick');
      if (name in unsent) tick.checked = unsent[name] === 1;
      tick.addEventListener('change', function () {
        unsent[name] = tick.checked ? 1 : 0;
        give(name);
      });
    });
    window.addEventListener('online', giveAll);
    giveAll();
  }

  /* ---- reading aloud, where the device has a Chinese voice ---- */
  var reader = document.querySelector('[data-read]');
  var speech = window.speechSynthesis;
  if (reader && speech && window.SpeechSynthesisUtterance) {
    var chinese = function () {
      return speech.getVoices().filter(function (voice) { return /^(zh|cmn)/i.test(voice.lang); })[0];
    };
    var fit = function () { reader.hidden = !chinese(); };
    var stopped = function () {
      speech.cancel();
      reader.setAttribute('aria-pressed', 'false');
      reader.textContent = '读给我听';
    };
    var pieces = 'h1, h2, h3, p, li, dt, dd';
    var read = function () {
      var all = [].filter.call(document.querySelectorAll('main.paper *'), function (one) {
        return one.matches(pieces) && one.offsetParent && !one.querySelector(pieces) && !one.closest('.no-print, nav, .stamp');
      });
      reader.setAttribute('aria-pressed', 'true');
      reader.textContent = '别读了';
      all.forEach(function (one, i) {
        var said = new SpeechSynthesisUtterance(one.innerText.replace(/不对？/g, ''));
        said.lang = 'zh-CN';
        said.voice = chinese();
        said.rate = 0.9;
        if (i === all.length - 1) said.onend = stopped;
        speech.speak(said);
      });
    };
    reader.addEventListener('click', function () {
      if (reader.getAttribute('aria-pressed') === 'true') stopped(); else read();
    });
    window.addEventListener('pagehide', stopped);
    if (speech.addEventListener) speech.addEventListener('voiceschanged', fit);
    fit();
  }

  /* ---- the form: find licences, count them ---- */
  var narrow = document.getElementById('narrow');
  if (narrow) {
    var options = [].slice.call(document.querySelectorAll('#licences .depts .option'));
    var folds = [].slice.call(document.querySelectorAll('#licences .depts details'));
    var start = folds.map(function (one) { return one.open; });
    narrow.addEventListener('input', function () {
      var words = narrow.value.trim();
      options.forEach(function (one) {
        one.hidden = !!words && one.getAttribute('data-name').indexOf(words) < 0;
      });
      folds.forEach(function (one, i) {
        var some = one.querySelector('.option:not([hidden])');
        one.hidden = !some;
        one.open = words ? !!some : start[i] || !!one.querySelector('input:checked');
      });
    });
    narrow.addEventListener('keydown', function (event) {
      if (event.key === 'Enter') event.preventDefault();
    });
    var picked = document.getElementById('picked');
    var count = function () {
      var n = document.querySelectorAll('#licences input:checked').length;
      picked.textContent = n ? '已勾 ' + n + ' 个' : '';
    };
    document.getElementById('licences').addEventListener('change', count);
    count();
    var situations = document.getElementById('situations');
    var alone = function () {
      var type = document.querySelector('[name=enterprise_type]:checked');
      situations.hidden = !!type && (type.value === 'geti' || type.value === 'ziran-ren');
    };
    document.addEventListener('change', alone);
    alone();
  }
})();
