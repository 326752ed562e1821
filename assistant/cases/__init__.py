"""Service files (代办服务档案): what the window takes in for an enterprise, and what becomes of it.

model.py what a case is · states.py where an entry can stand, where it may go, who may send it
intake.py, opening.py taken in · moving.py sent on and undone · handing_in.py materials · notices.py 一次性告知
clocks.py what is due · queue.py in which order · matters.py what goes above the window · ratings.py 好差评
progress.py what the applicant sees · links.py a department's result · scans.py · search.py
period.py, report.py figures for 会商 · keeping.py how long files stay
store.py all of it as one class, each change in one durable transaction (durable.py, changing.py, happenings.py)
"""
